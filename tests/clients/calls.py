"""What somebody writes who calls a placed model with each of the clients.

`MODEL` stands for the model's name, `ARGUMENT` for what has to be passed beside the environment.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Call:
    """How a client is installed and run."""

    packages: tuple[str, ...]
    """What is installed; the client's own package comes first."""
    text: str
    """A program in the client's language, or the prompt of a command line."""
    command: str | None = None
    """The executable of a command line, in its package."""
    openai_name: bool = False
    """Whether it wants the model's name with its publisher."""


_MESSAGE = '[{"role": "user", "content": "x"}]'
_CLAUDE = f'model="MODEL", max_tokens=1, messages={_MESSAGE}'
_ADK = """\
import asyncio
from google.adk.models.llm_request import LlmRequest
from google.genai import types
from google.adk.models.{module} import {name}

async def call():
    contents = [types.Content(role="user", parts=[types.Part(text="x")])]
    request = LlmRequest(model="MODEL", contents=contents)
    async for _ in {name}(model="MODEL").generate_content_async(request):
        pass

asyncio.run(call())
"""
_AI_SDK = """\
import {{ generateText }} from "ai";
import {{ {name} }} from "@ai-sdk/google-vertex{path}";
await generateText({{ model: {name}{made}("MODEL"), prompt: "x", maxRetries: 0 }});
"""


def _ai_sdk(name: str, path: str = "", made: str = "", *, openai_name: bool = False) -> Call:
    text = _AI_SDK.format(name=name, path=path, made=made)
    return Call(("@ai-sdk/google-vertex", "ai"), text, openai_name=openai_name)


CALLS: dict[str, Call] = {
    "Google Gen AI SDK": Call(
        ("google-genai",),
        "from google import genai\n"
        "client = genai.Client()\n"
        'client.models.generate_content(model="MODEL", contents="x")\n',
    ),
    "Google Gen AI SDK for JavaScript": Call(
        ("@google/genai",),
        'import { GoogleGenAI } from "@google/genai";\n'
        'await new GoogleGenAI({}).models.generateContent({ model: "MODEL", contents: "x" });\n',
    ),
    # By its usual transport it doesn't take the certificate of the proxy.
    "vertexai.init()": Call(
        ("google-cloud-aiplatform",),
        "import vertexai\n"
        "from vertexai.generative_models import GenerativeModel\n"
        'vertexai.init(api_transport="rest", ARGUMENT)\n'
        'GenerativeModel("MODEL").generate_content("x")\n',
    ),
    "Agent Development Kit for Gemini": Call(
        ("google-adk", "anthropic[vertex]"), _ADK.format(module="google_llm", name="Gemini")
    ),
    "Agent Development Kit for Claude": Call(
        ("google-adk", "anthropic[vertex]"), _ADK.format(module="anthropic_llm", name="Claude")
    ),
    # It calls some models of the OpenAI-compatible endpoint by way of Google's package.
    "LiteLLM": Call(
        ("litellm", "google-cloud-aiplatform"),
        "import litellm\n"
        "ARGUMENT\n"
        f'litellm.completion(model="vertex_ai/MODEL", messages={_MESSAGE}, num_retries=0)\n',
    ),
    "AnthropicVertex": Call(
        ("anthropic[vertex]",),
        "from anthropic import AnthropicVertex\n"
        f"AnthropicVertex(max_retries=0).messages.create({_CLAUDE})\n",
    ),
    "AnthropicVertex for JavaScript": Call(
        ("@anthropic-ai/vertex-sdk",),
        'import { AnthropicVertex } from "@anthropic-ai/vertex-sdk";\n'
        "await new AnthropicVertex({ maxRetries: 0 }).messages.create("
        f'{{ model: "MODEL", max_tokens: 1, messages: {_MESSAGE} }});\n',
    ),
    "AI SDK vertex": _ai_sdk("vertex"),
    "AI SDK vertexAnthropic": _ai_sdk("vertexAnthropic", "/anthropic"),
    "AI SDK vertexMaas": _ai_sdk("vertexMaas", "/maas", openai_name=True),
    "AI SDK createGoogleVertexXai": _ai_sdk(
        "createGoogleVertexXai", "/xai", "({ ARGUMENT })", openai_name=True
    ),
    "LangChain ChatVertexAI": Call(
        ("langchain-google-vertexai",),
        "from langchain_google_vertexai import ChatVertexAI\n"
        'ChatVertexAI(model="MODEL", api_transport="rest", max_retries=1, ARGUMENT).invoke("x")\n',
    ),
    "LangChain ChatGoogleGenerativeAI": Call(
        ("langchain-google-genai",),
        "from langchain_google_genai import ChatGoogleGenerativeAI\n"
        'ChatGoogleGenerativeAI(model="MODEL", max_retries=1).invoke("x")\n',
    ),
    "LangChain ChatAnthropicVertex": Call(
        ("langchain-google-vertexai", "anthropic[vertex]"),
        "from langchain_google_vertexai.model_garden import ChatAnthropicVertex\n"
        'ChatAnthropicVertex(model="MODEL", max_retries=1).invoke("x")\n',
    ),
    "OpenAI SDK": Call(
        ("openai",),
        "from openai import OpenAI\n"
        'client = OpenAI(api_key="none", max_retries=0)\n'
        f'client.chat.completions.create(model="MODEL", messages={_MESSAGE})\n',
        openai_name=True,
    ),
    "MistralGCP": Call(
        ("mistralai[gcp]",),
        "from mistralai.gcp.client import MistralGCP\n"
        f'MistralGCP(ARGUMENT).chat.complete(model="MODEL", messages={_MESSAGE})\n',
    ),
    "Claude Code": Call(("@anthropic-ai/claude-code",), "x", command="claude"),
    "Gemini CLI": Call(("@google/gemini-cli",), "x", command="gemini"),
}
"""By the names of `availability.placement.clients`."""
