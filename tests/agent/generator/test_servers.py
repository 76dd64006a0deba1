import pytest

from agent.generator.servers import SERVERS, body_of, kind_of


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://dashscope.aliyuncs.com/compatible-mode/v1", "dashscope"),
        ("https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1", "dashscope"),
        ("https://api.openai.com/v1", "openai"),
        ("http://127.0.0.1:11434/v1", "ollama"),
        ("https://ollama.com/v1", "ollama"),
        ("http://127.0.0.1:8001/v1", "unknown"),
        ("https://api.openai.com.example/v1", "unknown"),
    ],
)
def test_that_a_server_is_told_by_its_address(url, kind):
    assert kind_of(url) == kind


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("vllm", {"max_tokens": 9, "temperature": 0.3, "seed": 7, "chat_template_kwargs": {"enable_thinking": False}}),
        ("dashscope", {"max_tokens": 9, "temperature": 0.3, "seed": 7, "enable_thinking": False}),
        ("ollama", {"max_tokens": 9, "temperature": 0.3, "seed": 7, "reasoning_effort": "none"}),
        ("openai", {"max_completion_tokens": 9}),
        ("unknown", {"max_tokens": 9, "temperature": 0.3}),
    ],
)
def test_that_each_server_gets_only_fields_that_it_takes(kind, body):
    usage = {"stream_options": {"include_usage": True}}
    told = {"max_tokens": 9, "temperature": 0.3, "seed": 7}
    assert body_of(SERVERS[kind], **told, asks_usage=False) == body
    assert body_of(SERVERS[kind], **told, asks_usage=True) == body | usage
