"""Tests of shopgraph.new_products."""
