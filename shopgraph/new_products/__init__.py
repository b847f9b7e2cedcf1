"""Products that came after training: read from a shop's files, encoded, and joined to a trained model."""

from shopgraph.new_products.joining import NewProducts, with_new_products, with_waiting_products
from shopgraph.new_products.reading import Arrival, read_new_products

__all__ = ["Arrival", "NewProducts", "read_new_products", "with_new_products", "with_waiting_products"]
