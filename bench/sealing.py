"""How many secrets a second are sealed and opened, beside AES-GCM alone: what binding and committing cost."""

import os
import time
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.results import Result
from bench.rounds import Measure, Plan, compare
from core.credentials.envelope import KEY_BYTES, Binding, Key, open_credential, seal_credential
from core.domain.secret import Secret

TEXT: Final = '{"access_token": "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D"}'
BINDING: Final = Binding(
    "0f9d7a52-6a0c-4f0e-9d6e-2f0a8a0c1d11",
    "Mews",
    "c3a8a1de-7c55-4b1a-9d8b-0f6f1a2b3c33",
    "credentials",
    "https://api.mews.com:443",
)


async def measure_sealing(plan: Plan) -> list[Result]:
    """Measure both directions; informative."""
    key = Key("bench", os.urandom(KEY_BYTES))
    sealed = seal_credential(key, BINDING, Secret(TEXT))
    gcm, nonce, bound = AESGCM(key.material), os.urandom(12), BINDING.hotel_id.encode()
    box = gcm.encrypt(nonce, TEXT.encode(), bound)
    sides: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "sealed": (
            lambda: seal_credential(key, BINDING, Secret(TEXT)),
            lambda: gcm.encrypt(os.urandom(12), TEXT.encode(), bound),
        ),
        "opened": (lambda: open_credential(key, BINDING, sealed), lambda: gcm.decrypt(nonce, box, bound)),
    }
    results = []
    for what, (ours, bare) in sides.items():
        found = await compare(_repeating(ours), _repeating(bare), plan)
        results.append(
            Result(
                f"Credentials {what}",
                1 / found.ours_s,
                "per s",
                1 / found.bare_s,
                found.ratio,
                remark=found.spread,
            )
        )
    return results


def _repeating(do: Callable[[], object]) -> Measure:
    async def repeat(times: int) -> list[float]:
        began_s = time.process_time()
        for _ in range(times):
            do()
        return [(time.process_time() - began_s) / times]

    return repeat
