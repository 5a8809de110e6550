"""Which family an id belongs to, and how its models are called where no source says it."""

from __future__ import annotations

import re

from availability.facts.snapshot import Call, Family
from availability.ingest.document import Document, PageError

_FAMILIES: tuple[tuple[str, str, Family, Call], ...] = (
    ("google", r"gemini-.*live-.*|gemini-.*-live", Family.GEMINI_LIVE, Call.LIVE),
    ("google", r"gemini-.*transcribe.*", Family.GEMINI_TRANSCRIBE, Call.GENERATE_CONTENT),
    ("google", r"gemini-.*-tts", Family.GEMINI_TTS, Call.GENERATE_CONTENT),
    ("google", r"gemini-omni-.*", Family.GEMINI_OMNI, Call.GENERATE_CONTENT),
    ("google", r"gemini-.*-image.*|gemini-nano-.*", Family.GEMINI_IMAGE, Call.GENERATE_CONTENT),
    ("google", r"gemini-embedding-001", Family.TEXT_EMBEDDINGS, Call.PREDICT),
    ("google", r"gemini-embedding-2.*", Family.TEXT_EMBEDDINGS, Call.EMBED_CONTENT),
    ("google", r"gemini-.*", Family.GEMINI, Call.GENERATE_CONTENT),
    ("google", r"gemma-.*", Family.GEMMA, Call.CHAT_COMPLETIONS),
    ("google", r"text-(multilingual-)?embedding-.*", Family.TEXT_EMBEDDINGS, Call.PREDICT),
    ("google", r"textembedding-gecko.*", Family.TEXT_EMBEDDINGS, Call.PREDICT),
    ("google", r"multimodalembedding@.*", Family.MULTIMODAL_EMBEDDINGS, Call.PREDICT),
    ("google", r"(text|chat)-bison|code-gecko", Family.PALM, Call.PREDICT),
    ("google", r"imagen-.*|imagegeneration@.*", Family.IMAGEN, Call.PREDICT),
    ("google", r"imagetext.*", Family.IMAGE_TEXT, Call.PREDICT),
    ("google", r"virtual-try-on-.*", Family.VIRTUAL_TRY_ON, Call.PREDICT),
    ("google", r"veo-.*", Family.VEO, Call.PREDICT_LONG_RUNNING),
    ("google", r"lyria-.*", Family.LYRIA, Call.UNKNOWN),
    ("google", r"chirp_.*", Family.CHIRP, Call.SPEECH_TO_TEXT),
    ("anthropic", r"claude-.*", Family.CLAUDE, Call.RAW_PREDICT),
    ("meta", r"llama-.*", Family.LLAMA, Call.CHAT_COMPLETIONS),
    ("meta", r"muse-.*", Family.MUSE, Call.UNKNOWN),
    ("mistralai", r"codestral[-@].*", Family.CODESTRAL, Call.RAW_PREDICT),
    ("mistralai", r"mistral-ocr-.*", Family.MISTRAL_OCR, Call.RAW_PREDICT),
    ("mistralai", r"mistral-.*", Family.MISTRAL, Call.RAW_PREDICT),
    ("ai21", r"jamba-.*", Family.JAMBA, Call.RAW_PREDICT),
    ("deepseek-ai", r"deepseek-ocr-.*", Family.DEEPSEEK_OCR, Call.CHAT_COMPLETIONS),
    ("deepseek-ai", r"deepseek-.*", Family.DEEPSEEK, Call.CHAT_COMPLETIONS),
    ("intfloat", r"multilingual-e5-.*", Family.E5_EMBEDDINGS, Call.UNKNOWN),
    ("minimaxai", r"minimax-.*", Family.MINIMAX, Call.CHAT_COMPLETIONS),
    ("moonshotai", r"kimi-.*", Family.KIMI, Call.CHAT_COMPLETIONS),
    ("openai", r"gpt-oss-.*", Family.GPT_OSS, Call.CHAT_COMPLETIONS),
    ("openai", r"gpt-\d.*", Family.GPT, Call.UNKNOWN),
    ("qwen", r"qwen\d+-coder-.*", Family.QWEN_CODER, Call.CHAT_COMPLETIONS),
    ("qwen", r"qwen.*", Family.QWEN, Call.CHAT_COMPLETIONS),
    ("xai", r"grok-.*", Family.GROK, Call.CHAT_COMPLETIONS),
    ("zai-org", r"glm-.*", Family.GLM, Call.CHAT_COMPLETIONS),
)
"""First match wins."""


def family_of(publisher: str, model_id: str) -> tuple[Family, Call]:
    """The family of an id and its usual call; a line that is new to us is of no known family."""
    for whose, pattern, family, call in _FAMILIES:
        if whose == publisher and re.fullmatch(pattern, model_id):
            return family, call
    return Family.OTHER, Call.UNKNOWN


_PATHS = (
    (r"models/(gemini|veo|lyria|vto|imagen|embeddings)\b", "google"),
    (r"models/maas/google/", "google"),
)
"""Where the pages of a publisher lie whose ids may be of a new line."""
_GARDEN = re.compile(r"/publishers/([a-z0-9-]+)/model-garden/")


def publisher_of_id(model_id: str) -> str | None:
    """The publisher of an id by its family; None for an id of no known line."""
    return next(
        (publisher for publisher, pattern, _, _ in _FAMILIES if re.fullmatch(pattern, model_id)),
        None,
    )


def publisher_of(model_id: str, document: Document) -> str:
    """The publisher of an id: by its family, by a link of its page, or by where the page lies.

    Raises PageError for an id that none of them tells.
    """
    if publisher := publisher_of_id(model_id):
        return publisher
    linked = {
        match[1]
        for line in document.lines
        for _, address in line.links
        if (match := _GARDEN.search(address))
    }
    if len(linked) == 1:
        return linked.pop()
    for pattern, publisher in _PATHS:
        if re.match(pattern, document.path):
            return publisher
    raise PageError(None, f"no publisher is known for {model_id!r}")
