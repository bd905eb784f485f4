"""What stands between the server and Datasette; `plugins/middleware.py` puts it in order."""
