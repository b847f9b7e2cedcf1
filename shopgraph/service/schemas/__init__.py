"""Requests and answers of the HTTP service, from which its OpenAPI page is made."""
