"""Opening what reads messages: the shipped weights with the encoder that they were trained on."""

from agent.understanding.understand import Understander
from retrieval.embedders.opening import open_embedder
from retrieval.embedders.use import USE_NAME


def open_understander() -> Understander:
    """Open the shipped understanding of messages; it keeps its own encoder, whatever encoder retrieval uses.

    Raises:
        EmbedderError: the encoder cannot be opened.
        WeightsError: the shipped weights cannot be read.
    """
    return Understander(open_embedder(USE_NAME))
