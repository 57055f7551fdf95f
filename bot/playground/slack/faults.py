"""Everything that can go wrong at Slack, as switches."""

import math
from dataclasses import dataclass, field


@dataclass(slots=True)
class Times:
    """How many times more something happens; infinite until switched off."""

    left: float = 0

    def set(self, on: bool | float) -> None:
        """Switch on for good (True), for so many times (a number), or off (False)."""
        self.left = math.inf if on is True else float(on)

    def take(self) -> bool:
        """Use one up; tell whether there was one."""
        if self.left <= 0:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class MethodFault:
    """The next calls of a Web API method fail; `*` stands for any method."""

    times: dict[str, Times] = field(default_factory=dict)

    def set(self, method: str, on: bool | float) -> None:
        """Let the method fail from now on, so many times, or no more."""
        self.times.setdefault(method, Times()).set(on)

    def take(self, method: str) -> bool:
        """Tell whether this call fails, and count it."""
        return any(name in self.times and self.times[name].take() for name in (method, "*"))


@dataclass(slots=True)
class Faults:
    """The switches. Those of type Times count down as they strike."""

    duplicate_events: Times = field(default_factory=Times)
    """An event arrives twice."""
    drop_ack: Times = field(default_factory=Times)
    """The app's acknowledgement gets lost."""
    drop_response_url: Times = field(default_factory=Times)
    """A response_url answers 500."""
    expire_triggers: Times = field(default_factory=Times)
    """A trigger is too old, however fast the app was."""
    hash_conflict: Times = field(default_factory=Times)
    """A view changed in between, whatever the hash says."""
    users_info_error: Times = field(default_factory=Times)
    """users.info answers internal_error."""
    strict_rate: Times = field(default_factory=Times)
    """More than one message a second into a channel is refused instead of noted."""
    rate_limit: MethodFault = field(default_factory=MethodFault)
    """A method answers 429."""
    server_error: MethodFault = field(default_factory=MethodFault)
    """A method answers 500."""
    slow_app_calls_s: float = 0.0
    """Every Web API answer takes so much longer."""
    retry_after_s: int = 1
    """What a 429 says in Retry-After."""

    def set(self, name: str, on: bool | float, method: str = "*") -> bool:
        """Set a switch by its name; False when there is none of that name."""
        switch = getattr(self, name, None) if name in self.__slots__ else None
        if isinstance(switch, Times):
            switch.set(on)
        elif isinstance(switch, MethodFault):
            switch.set(method, on)
        elif name == "slow_app_calls_s":
            self.slow_app_calls_s = float(on)
        else:
            return False
        return True

    def clear(self) -> None:
        """Switch everything off."""
        fresh = Faults()
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))
