#!/usr/bin/env python3
"""A client with the package openai (pip install openai): with_openai.py chat TEXT | stream TEXT | models | embed TEXT"""
import os
import sys

from openai import APIError, OpenAI

CHAT_MODEL = os.environ.get("CHAT_MODEL", "switchboard-tiny")
EMBEDDING_MODEL = os.environ.get("EMBEDDING_MODEL", "switchboard-tiny-embed")

# The package tries again by itself, and waits as long as the server asks for.
client = OpenAI(
    base_url=os.environ.get("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1"),
    api_key=os.environ.get("OPENAI_API_KEY", "any"),
    max_retries=int(os.environ.get("OPENAI_MAX_RETRIES", "2")),
)


def chat(text):
    answer = client.chat.completions.create(model=CHAT_MODEL, messages=[{"role": "user", "content": text}])
    print(answer.choices[0].message.content)


def stream(text):
    for chunk in client.chat.completions.create(model=CHAT_MODEL, messages=[{"role": "user", "content": text}], stream=True):
        for choice in chunk.choices:
            print(choice.delta.content or "", end="", flush=True)
    print()


def models():
    for model in client.models.list():
        print(model.id)


def embed(text):
    vector = client.embeddings.create(model=EMBEDDING_MODEL, input=text).data[0].embedding
    print(len(vector), "numbers:", *vector[:3], "...")


def main():
    commands = {"chat": chat, "stream": stream, "models": models, "embed": embed}
    if len(sys.argv) < 2 or sys.argv[1] not in commands or len(sys.argv) != (2 if sys.argv[1] == "models" else 3):
        sys.exit(__doc__)
    try:
        commands[sys.argv[1]](*sys.argv[2:])
    except APIError as error:
        status, request_id = getattr(error, "status_code", None), getattr(error, "request_id", None)
        message = error.body.get("message") if isinstance(error.body, dict) else None
        sys.exit(f"{status or '-'} {error.type or '-'} {error.code or '-'}: {message or error.message} (request {request_id or '-'})")


if __name__ == "__main__":
    main()
