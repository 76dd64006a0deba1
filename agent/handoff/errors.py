"""What can go wrong when a person works on a conversation.

agent.errors.AgentError
└── HandoffError
    ├── TicketUnknown       there is no such ticket, or no such conversation
    ├── TicketTaken         another person has it
    ├── TicketClosed        it is settled: the bot or nobody has the conversation
    └── NotTaken            the person has to take it first
"""

from agent.errors import AgentError


class HandoffError(AgentError):
    """A person cannot do this to the conversation as it stands; nothing was changed."""


class TicketUnknown(HandoffError):
    """There is no such ticket, or no such conversation."""

    def __init__(self, number: str) -> None:
        super().__init__(f"There is no ticket or conversation {number!r}: look at the queue again.")
        self.number = number


class TicketTaken(HandoffError):
    """Another person has the conversation."""

    def __init__(self, ticket_id: str, person: str) -> None:
        super().__init__(f"Ticket {ticket_id!r} is with {person!r}: ask them to pass it on.")
        self.ticket_id = ticket_id
        self.person = person


class TicketClosed(HandoffError):
    """The ticket is settled."""

    def __init__(self, ticket_id: str) -> None:
        super().__init__(f"Ticket {ticket_id!r} is closed: take over the conversation to write in it again.")
        self.ticket_id = ticket_id


class NotTaken(HandoffError):
    """Nobody has taken the conversation yet."""

    def __init__(self, ticket_id: str) -> None:
        super().__init__(f"Ticket {ticket_id!r} waits in its queue: take it first.")
        self.ticket_id = ticket_id
