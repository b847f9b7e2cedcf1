"""The stages in the order in which they run. A new one is one new file here and one entry in ``STAGES``."""

from shopgraph.pipeline.stage import Stage
from shopgraph.pipeline.stages.build import BuildStage
from shopgraph.pipeline.stages.evaluate import EvaluateStage
from shopgraph.pipeline.stages.imports import ImportStage
from shopgraph.pipeline.stages.link import LinkStage
from shopgraph.pipeline.stages.propose import ProposeStage
from shopgraph.pipeline.stages.refit import RefitStage
from shopgraph.pipeline.stages.report import ReportStage
from shopgraph.pipeline.stages.snapshot import SnapshotStage
from shopgraph.pipeline.stages.train import TrainStage
from shopgraph.pipeline.stages.vectors import VectorsStage

STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        ImportStage(),
        BuildStage(),
        LinkStage(),
        SnapshotStage(),
        VectorsStage(),
        ProposeStage(),
        TrainStage(),
        EvaluateStage(),
        RefitStage(),
        ReportStage(),
    )
}

__all__ = ["STAGES"]
