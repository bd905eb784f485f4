"""What the database knows of a task, a dataset, a method, a metric or an author: read here, shown by the plugins."""
