"""A run as JUnit XML: one test case a conversation and trial, one a floor; for CI systems that draw such files."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from evaluation.errors import RunError
from evaluation.records import PlayedCase, Run
from evaluation.report.faults import Fault, faults_of

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(run: Run, floors: Mapping[str, float] | None = None, missed: Sequence[str] = ()) -> str:
    """Write a run as JUnit XML.

    Args:
        run: what was played; a suite for each file.
        floors: what it had to reach, by score; none: there is no suite of floors.
        missed: floors that were missed, in words that begin with the score's name.

    Returns:
        XML in the form that Jenkins and GitLab read: a wrong turn is a failure, a crash an error.

    Source:
        The schema that Jenkins' xUnit plugin publishes (junit-10.xsd).
    """
    root = Element("testsuites", name=f"xiaoer replay {_xml(run.shop_id)}")
    suites: dict[str, list[PlayedCase]] = {}
    for case in run.cases:
        suites.setdefault(case.origin, []).append(case)
    for origin, cases in suites.items():
        suite = _suite(root, origin, len(cases))
        for case in cases:
            _case(suite, case)
        _count(suite)
    if floors:
        suite = _suite(root, "floors", len(floors))
        for name in floors:
            told = [line for line in missed if line.split(":")[0] == name]
            test = SubElement(suite, "testcase", name=_xml(name), classname="floors", time="0")
            for line in told:
                SubElement(test, "failure", message=_xml(line), type="floor")
        _count(suite)
    for kind in ("tests", "failures", "errors"):
        root.set(kind, str(sum(int(suite.get(kind, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def write_report(path: Path, text: str) -> None:
    """Write a report's file, making its folder.

    Raises:
        RunError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise RunError(f"report {str(path)!r} cannot be written: {exc.strerror}") from exc


def _suite(root: Element, name: str, tests: int) -> Element:
    return SubElement(root, "testsuite", name=_xml(name), tests=str(tests))


def _case(suite: Element, case: PlayedCase) -> None:
    trial = f" (trial {case.trial})" if case.trial > 1 else ""
    took = sum(turn.reply.timings_ms.get("total", 0.0) for turn in case.turns if turn.reply) / 1000
    classname = ".".join(part for part in (case.origin, case.family) if part)
    test = SubElement(suite, "testcase", name=_xml(case.case_id + trial), classname=_xml(classname), time=f"{took:.3f}")
    faults = [(number, fault) for number, told in faults_of(case).items() for fault in told]
    if not faults:
        return
    kind = "error" if case.crashed else "failure"
    words = "; ".join(f"turn {number}: {fault.kind}" for number, fault in faults)
    problem = SubElement(test, kind, message=_xml(words), type=_xml(faults[0][1].kind))
    problem.text = _xml("\n\n".join(_told(case, number, fault) for number, fault in faults))


def _told(case: PlayedCase, number: int, fault: Fault) -> str:
    turn = next((one for one in case.turns if one.number == number), None)
    asked = f"\n  customer: {turn.customer}" if turn else ""
    reply = f"\n  reply: {turn.reply.reply}" if turn and turn.reply else ""
    return f"turn {number}, {fault.kind}{asked}{reply}\n  expected: {fault.expected}\n  got: {fault.got}"


def _count(suite: Element) -> None:
    for kind in ("failure", "error"):
        suite.set(f"{kind}s", str(sum(test.find(kind) is not None for test in suite)))


def _xml(text: str) -> str:
    """Text without characters that XML does not allow."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
