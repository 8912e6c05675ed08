#!/usr/bin/env python3
"""A client that needs nothing but Python: client.py chat TEXT | stream TEXT | models | embed TEXT"""
import json
import os
import random
import sys
import time
import urllib.error
import urllib.request
from http.client import HTTPException

BASE_URL = os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1").rstrip("/")
API_KEY = os.environ.get("OPENAI_API_KEY", "any")
CHAT_MODEL = os.environ.get("CHAT_MODEL", "switchboard-tiny")
EMBEDDING_MODEL = os.environ.get("EMBEDDING_MODEL", "switchboard-tiny-embed")
MAX_RETRIES = int(os.environ.get("OPENAI_MAX_RETRIES", "2"))


class ApiError(Exception):
    """What the API says is wrong. In a stream that began well there is no status."""

    def __init__(self, status, error, request_id):
        self.status, self.request_id = status, request_id
        self.type, self.code = error.get("type"), error.get("code")
        super().__init__(error.get("message"))

    def __str__(self):
        return f"{self.status or '-'} {self.type or '-'} {self.code or '-'}: {self.args[0]} (request {self.request_id or '-'})"


def send(method, path, body=None):
    """The open answer of one call, which is tried again where that can help."""
    request = urllib.request.Request(BASE_URL + path, method=method, headers={"Authorization": f"Bearer {API_KEY}"})
    if body is not None:
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body).encode()
    attempt = 0
    while True:
        try:
            return urllib.request.urlopen(request, timeout=600)
        except urllib.error.HTTPError as answer:
            if attempt >= MAX_RETRIES or not (answer.code in (408, 409, 429) or answer.code >= 500):
                raise error_of(answer) from None
            time.sleep(wait(attempt, answer.headers))
        except (urllib.error.URLError, ConnectionError):
            if attempt >= MAX_RETRIES:
                raise
            time.sleep(wait(attempt, {}))
        attempt += 1


def wait(attempt, headers):
    """The seconds that the server asks for, or else twice as long each time, and never exactly."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1)):
        try:
            return float(headers[name]) * unit
        except (KeyError, TypeError, ValueError):
            pass
    return min(0.5 * 2**attempt, 8) * random.uniform(0.75, 1)


def error_of(answer):
    text = answer.read().decode("utf-8", "replace")
    try:
        error = json.loads(text)["error"]
    except (ValueError, KeyError, TypeError):
        error = {"message": text[:200]}
    return ApiError(answer.code, error, answer.headers["x-request-id"])


def events(answer):
    """The data of each event: lines of data up to a blank line. Comments and other fields are passed over."""
    data = []
    for line in answer:
        line = line.decode().rstrip("\r\n")
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data = []


def chat(text):
    with send("POST", "/chat/completions", {"model": CHAT_MODEL, "messages": [{"role": "user", "content": text}]}) as answer:
        print(json.load(answer)["choices"][0]["message"]["content"])


def stream(text):
    body = {"model": CHAT_MODEL, "messages": [{"role": "user", "content": text}], "stream": True}
    with send("POST", "/chat/completions", body) as answer:
        for data in events(answer):
            if data == "[DONE]":
                print()
                return
            chunk = json.loads(data)
            if chunk.get("error"):
                raise ApiError(None, chunk["error"], answer.headers["x-request-id"])
            for choice in chunk["choices"]:
                print(choice["delta"].get("content") or "", end="", flush=True)
    raise EOFError("The stream ended too early.")


def models():
    with send("GET", "/models") as answer:
        for model in json.load(answer)["data"]:
            print(model["id"])


def embed(text):
    with send("POST", "/embeddings", {"model": EMBEDDING_MODEL, "input": text}) as answer:
        vector = json.load(answer)["data"][0]["embedding"]
        print(len(vector), "numbers:", *vector[:3], "...")


def main():
    commands = {"chat": chat, "stream": stream, "models": models, "embed": embed}
    if len(sys.argv) < 2 or sys.argv[1] not in commands or len(sys.argv) != (2 if sys.argv[1] == "models" else 3):
        sys.exit(__doc__)
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except (ApiError, OSError, EOFError, HTTPException, ValueError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
