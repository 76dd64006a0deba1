import os
import socket

import pytest


def test_that_the_suite_reaches_nobody():
    with socket.socket() as opened, pytest.raises(PermissionError, match="tests have no network"):
        opened.connect(("192.0.2.1", 80))


def test_that_the_suite_looks_up_nobody():
    with pytest.raises(PermissionError, match="tests have no network"):
        socket.getaddrinfo("shop.example", 80)


def test_that_the_suite_downloads_no_model():
    assert os.environ["HF_HUB_OFFLINE"] == "1"
