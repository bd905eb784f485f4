"""Facets of papers: what the parameters of a page ask for, and how many papers each value has among what was found."""
