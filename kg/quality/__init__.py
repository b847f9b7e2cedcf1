"""Quality checks: from what a reader gives to clean tables, a quarantine and a report."""

from kg.quality.clean import clean
from kg.quality.importing import Progress, import_source
from kg.quality.report import QualityReport, TableReport
from kg.quality.rules import RULES, Problem, Rule

__all__ = ["RULES", "Problem", "Progress", "QualityReport", "Rule", "TableReport", "clean", "import_source"]
