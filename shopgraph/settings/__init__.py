"""The settings of a project: one typed model for each section of ``shopgraph.toml``."""

from shopgraph.settings.load import load_settings, parse_settings
from shopgraph.settings.settings import Settings
from shopgraph.settings.template import settings_template

__all__ = ["Settings", "load_settings", "parse_settings", "settings_template"]
