"""Which family an id belongs to, and how its models are called where no source says it."""

from __future__ import annotations

import re

from availability.facts.snapshot import Call, Family

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
    ("qwen", r"qwen\d+-coder-.*", Family.QWEN_CODER, Call.CHAT_COMPLETIONS),
    ("qwen", r"qwen.*", Family.QWEN, Call.CHAT_COMPLETIONS),
    ("xai", r"grok-.*", Family.GROK, Call.CHAT_COMPLETIONS),
    ("zai-org", r"glm-.*", Family.GLM, Call.CHAT_COMPLETIONS),
)
"""First match wins; an id that none matches stops the generation."""


def family_of(publisher: str, model_id: str) -> tuple[Family, Call]:
    """The family of an id and its usual call. Raises ValueError for an id of no family."""
    for whose, pattern, family, call in _FAMILIES:
        if whose == publisher and re.fullmatch(pattern, model_id):
            return family, call
    raise ValueError(f"no family for {publisher}/{model_id}")
