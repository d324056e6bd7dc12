"""A program without a screen: calls the API of a fresh database, and a schema to hold the answers against."""

from __future__ import annotations

import json
from typing import Any

from browsing import ADDRESS
from starlette.testclient import TestClient

from studyplan.planner import Planner
from studyplan.web.app import build
from studyplan.web.site import Site


class Program:
    """A program that calls with a token. ``planner`` looks at the same database."""

    def __init__(self, site: Site, token: str | None) -> None:
        self.site = site
        self.token = token
        self.client = TestClient(build(site), base_url=ADDRESS, follow_redirects=False)

    @property
    def planner(self) -> Planner:
        return self.site.source.planner()

    def call(self, method: str, path: str, sent: object = None, **headers: str) -> Answer:
        """Call the API; ``sent`` None: without a body."""
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        if self.token is not None:
            named.setdefault("authorization", f"Bearer {self.token}")
        body = None if sent is None else json.dumps(sent)
        if body is not None:
            named.setdefault("content-type", "application/json")
        found = self.client.request(method, f"/api/v1{path}", content=body, headers=named)
        return Answer(found.status_code, found.headers, found.json())

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def post(self, path: str, sent: object = None, **headers: str) -> Answer:
        return self.call("POST", path, sent, **headers)

    def contract(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get("/api/openapi.json").json()
        return found


class Answer:
    """What a call was answered."""

    def __init__(self, status: int, headers: Any, body: Any) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def code(self) -> str:
        """The code of a refusal, which must be a whole problem."""
        assert self.headers["content-type"] == "application/problem+json"
        assert self.body["status"] == self.status
        assert self.body["detail"] == self.body["error"]["message"]
        return str(self.body["error"]["code"])
