"""The addresses of the service: one router for each file; a new one is a new file and an entry here."""

from fastapi import APIRouter

from shopgraph.service.routes import (
    ask,
    audience,
    explain,
    feedback,
    graph,
    health,
    new_products,
    pages,
    products,
    queries,
    recommend,
    search,
    similar,
    users,
)

ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    recommend.router,
    similar.router,
    explain.router,
    search.router,
    ask.router,
    audience.router,
    products.router,
    new_products.router,
    feedback.router,
    users.router,
    graph.router,
    queries.router,
    pages.router,
)

__all__ = ["ROUTERS"]
