"""What the machine wants done, as data: saved with the step in one transaction, so a crash loses nothing."""

from dataclasses import dataclass

from core.domain.hotel import VendorKey


@dataclass(frozen=True, slots=True)
class CheckCredentials:
    """Test the draft against the vendor; report back as CheckPassed or CheckFailed of this run."""

    draft_id: str
    run: int


@dataclass(frozen=True, slots=True)
class DiscardDraft:
    """Wipe the sealed draft. Only touches our own rows, so it is done in the saving transaction itself."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class SaveConnection:
    """Make the draft the hotel's connection; report back as ConnectionSaved or SaveRefused."""

    draft_id: str


@dataclass(frozen=True, slots=True)
class AnnounceTrouble:
    """Tell the managers that somebody tries to connect and cannot."""

    vendor: VendorKey
    code: str
    failures: int


Effect = CheckCredentials | DiscardDraft | SaveConnection | AnnounceTrouble
