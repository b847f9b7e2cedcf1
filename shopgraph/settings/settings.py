"""All settings together."""

from __future__ import annotations

from pydantic import Field

from shopgraph.settings.answers import AnswersPart
from shopgraph.settings.evaluation import EvaluationPart
from shopgraph.settings.linking import LinkingPart
from shopgraph.settings.network import NetworkPart
from shopgraph.settings.part import Part
from shopgraph.settings.proposals import ProposalsPart
from shopgraph.settings.report import ReportPart
from shopgraph.settings.service import ServicePart
from shopgraph.settings.split import SplitPart
from shopgraph.settings.store import StorePart
from shopgraph.settings.training import TrainingPart
from shopgraph.settings.vectors import VectorsPart


class Settings(Part):
    """``shopgraph.toml``: one part for each section, every key with a default."""

    store: StorePart = Field(default_factory=StorePart)
    linking: LinkingPart = Field(default_factory=LinkingPart)
    split: SplitPart = Field(default_factory=SplitPart)
    vectors: VectorsPart = Field(default_factory=VectorsPart)
    proposals: ProposalsPart = Field(default_factory=ProposalsPart)
    training: TrainingPart = Field(default_factory=TrainingPart)
    network: NetworkPart = Field(default_factory=NetworkPart)
    evaluation: EvaluationPart = Field(default_factory=EvaluationPart)
    answers: AnswersPart = Field(default_factory=AnswersPart)
    report: ReportPart = Field(default_factory=ReportPart)
    service: ServicePart = Field(default_factory=ServicePart)
