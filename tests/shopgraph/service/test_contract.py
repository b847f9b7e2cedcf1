"""Requests made from the OpenAPI page itself, right ones and wrong ones: none ends in an error of the service."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from shopgraph.project import Project
from shopgraph.service import create_app
from tests.shopgraph.service.conftest import PATIENT

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
EXAMPLES = 10


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_no_request_fails_inside(project: Project, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(project, PATIENT))  # which starts it
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) >= 14
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            case.call_and_validate(checks=CHECKS)

        ask()
