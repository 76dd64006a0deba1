"""Form: length, sentences, repetition, language and markup."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from agent.audit.finding import Finding
from agent.audit.fold import split_clauses, squeeze
from agent.audit.trace import Draft, Evidence

_MARKUP = re.compile(
    r"(?<![\d*])\*\*(?=[^\s*]).+?\*\*(?![\d*])|^\s{0,3}#{1,6}\s|```|`[^`\n]+`|!?\[[^\]\n]*\]\([^)\n]*\)|^\s*[-*+•]\s+\S|"
    r"\|\s*:?-{3,}|^\s*\|.*\|\s*$|</?[a-zA-Z][^<>\n]{0,80}>|&(?:nbsp|lt|gt|amp|quot|#\d+);|~~\S.*?\S~~|\\[nt](?![a-z])|^\s*>\s",
    re.MULTILINE,
)
_LOOP = re.compile(r"(.{2,16}?)\1{3,}")
_STUTTER = re.compile(r"([\u4e00-\u9fffa-z])\1{5,}")
_FOREIGN_SCRIPT = re.compile(r"[\u0400-\u04ff\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af]+")
_BROKEN = re.compile(r"[\ufffd\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[a-z]{2,}")
_SHORT = 4
_RARE_SHARE = 0.2


def check_form(draft: Draft, evidence: Evidence, previous_replies: Sequence[str]) -> Iterator[Finding]:
    """Report what is wrong with the shape of a draft, whatever it says."""
    yield from _check_language(draft, evidence)
    yield from _check_size(draft, evidence)
    yield from _check_repetition(draft, previous_replies)
    match = _MARKUP.search(draft.raw)
    if match is not None and not evidence.is_quoted(draft.text, *_span_of(match[0], draft)):
        yield Finding("markup", match[0].strip(), "不要用 Markdown 或 HTML 格式，只写普通文字。")


def _span_of(words: str, draft: Draft) -> tuple[int, int]:
    start = draft.text.find(words.lower())
    return start, start + len(words)


def _check_language(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    broken = _BROKEN.search(draft.raw)
    if broken is not None:
        yield Finding("language", repr(broken[0]), "有乱码字符：删去。")
    foreign = _FOREIGN_SCRIPT.search(draft.text)
    if foreign is not None and foreign[0] not in evidence.all_text:
        yield Finding("language", foreign[0], f"“{foreign[0]}”不是中文：用中文回答。")
    known = evidence.all_text + evidence.own_words
    han = _HAN.findall(draft.text)
    words = [word for word in _LATIN_WORD.findall(draft.text) if word not in known]
    if len(han) < 2 or sum(map(len, words)) > len(han):
        yield Finding("language", draft.text[:20], "这不是一句完整的中文：用通顺的中文回答。")
    elif _rare(han) > max(2, _RARE_SHARE * len(han)):
        yield Finding("language", draft.text[:20], "生僻字过多，不成句：用通顺的中文回答。")


def _rare(han: list[str]) -> int:
    """How many characters are not among the 6,763 of GB 2312."""
    return len(han) - len("".join(han).encode("gb2312", errors="ignore")) // 2


def _check_size(draft: Draft, evidence: Evidence) -> Iterator[Finding]:
    style = evidence.profile.style
    length = len(draft.raw.strip())
    if length > style.max_chars:
        yield Finding("length", "", f"共{length}字，超过{style.max_chars}字：只留最要紧的内容。")
    if len(draft.sentences) > style.max_sentences:
        yield Finding("sentences", "", f"共{len(draft.sentences)}句，超过{style.max_sentences}句：合并或删减。")


def _check_repetition(draft: Draft, previous_replies: Sequence[str]) -> Iterator[Finding]:
    loop = _LOOP.search(draft.text) or _STUTTER.search(draft.text)
    if loop is not None and _HAN.search(loop[0]):
        yield Finding("repetition", loop[0][:20], "同样的字词反复出现：每件事只说一遍。")
    for sentence, times in Counter(map(squeeze, draft.sentences)).items():
        if times > 1 and len(sentence) >= _SHORT:
            yield Finding("repetition", sentence, f"“{sentence}”说了{times}遍：只说一遍。")
    for clause, times in Counter(map(squeeze, split_clauses(draft.text))).items():
        if times > 2 and len(clause) >= _SHORT:
            yield Finding("repetition", clause, f"“{clause}”说了{times}遍：只说一遍。")
    if previous_replies and squeeze(previous_replies[-1]) == squeeze(draft.raw):
        yield Finding("repetition", "", "与上一条回复完全相同：换一种说法，针对顾客这句话回答。")
