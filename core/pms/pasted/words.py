"""Words that announce a secret, and words that announce a mere number, in the languages of hotels."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from core.pms.pasted.reading import folded


class Says(Enum):
    """What a word announces."""

    HUMAN = "a password"
    """What people make up: nearly anything can follow."""
    MACHINE = "a key or token"
    """What a system makes up: long, with digits."""
    VAGUE = "a key"
    """Often a secret, often a room's key or the key to success: only what is random counts."""
    NUMBER = ""
    """The number of something that people may talk about."""


def _fold(text: str) -> frozenset[str]:
    return frozenset(folded(word) for word in text.split())


HUMAN: Final = _fold(
    """
    password passwords passwd passwort passworte passwörter kennwort passphrase passcode pwd pword psw
    pw pass passwrd pin mdp contraseña contraseñas clave password senha palavra-passe wachtwoord
    wachtwoorden lösenord lösenordet passord adgangskode kodeord hasło heslo jelszó salasana şifre
    parola parole пароль κωδικός パスワード 密码 密碼 비밀번호 zugangscode zugangsdaten anmeldedaten
    credentials credential login logins identifiants credenciales credenziali credenciais inloggegevens
    p4ssword passw0rd p4ssw0rd p@ssword inloggning inlogg otp einmalcode einmalpasswort
    """
)
SIGNED: Final = _fold(
    """
    pass pin login logins credentials credential zugangsdaten anmeldedaten identifiants credenciales
    credenziali credenciais inloggegevens parola parole clave inloggning inlogg otp einmalcode
    """
)
"""Those of them that mean a secret only with a sign or a verb behind them."""

MACHINE: Final = _fold(
    """
    secret secrets token tokens apikey apikeys appkey accesskey secretkey privatekey authkey masterkey
    authorization jeton geheimnis segreto secreto segredo geheim clientsecret zugriffstoken токен トークン
    令牌 密钥 密鑰 토큰
    """
)
VAGUE: Final = _fold(
    """
    key keys schlüssel schluessel clé clés cle clef llave llaves chiave chiavi chave chaves sleutel
    sleutels nyckel nyckeln nøgle nøkkel klucz klíč kulcs avain anahtar ключ キー
    """
)
MARKING: Final = _fold(
    """
    api apis app application access secret private client auth encryption signing subscription master
    license security account integration connector webhook interface secrète secreta segreta secreto
    segreto privée privada privata acceso accès accesso acesso zugang zugangs geheimer geheime toegang
    d'api d'accès mews opera ohip cloudbeds protel apaleo pms
    """
)
"""Beside a vague word they make it a clear one."""

CODES: Final = _fold("code codes codice codici código kod kode koodi")
GIVEN: Final = _fold("access security secret acceso accès d'accès accesso acesso secreto segreto")
"""Beside a code they make it a password."""

_HUMAN_ENDINGS: Final = tuple(
    _fold("password passwort passwd kennwort passphrase wachtwoord lösenord contraseña zugangscode")
)
_MACHINE_ENDINGS: Final = tuple(
    _fold(
        """
        token tokens secret apikey appkey accesskey secretkey privatekey encryptionkey
        apischlüssel geheimschlüssel zugangsschlüssel
        """
    )
)

NUMBER: Final = _fold(
    """
    id ids uuid guid nr no number numbers num ref reference references referenz référence referencia
    riferimento request requests trace correlation error errors fehler erreur status version commit
    commits hash sha sha1 sha256 md5 checksum prüfsumme digest revision build release ticket case
    vorgang fall anfrage demande solicitud richiesta aanvraag booking bookings buchung buchungen
    buchungsnummer reservation reservations réservation reserva reservas prenotazione boeking
    reservering confirmation bestätigung bestätigungsnummer confirmación conferma bevestiging invoice
    rechnung rechnungsnummer facture factura fattura factuur fatura order bestellung commande pedido
    ordine bestelling folio nummer numéro número numero nombre kundennummer customer kunde client-id
    clientid hotelid propertyid requestid bookingid reservationid room zimmer chambre habitación camera
    kamer quarto guest gast property hotel enterprise enterpriseid image branch tag file datei fichier
    archivo bestand etag span message event fingerprint fingerabdruck serial seriennummer tracking
    sendung sendungsnummer iban bic vat ust-idnr steuernummer gateway voucher gutschein zahlung payment
    paiement
    """
)


NO_PASSWORD: Final = _fold(
    """
    required optional missing wrong incorrect invalid expired empty unknown forgotten lost blocked
    locked hidden reset changed correct valid accepted refused rejected rotated revoked sealed masked
    encrypted needed none yes no ok okay here below above see sent same unchanged where what how why
    when which please and not the my our your a an in on at for from with of or to it that this is are
    falsch richtig abgelaufen gesperrt vergessen verloren fehlt unbekannt ungültig erforderlich nötig
    leer siehe hier unten oben wo wie was warum wann bitte nicht und oder geändert faux incorrecte
    incorrect expire oublie perdu manquant requis obligatoire invalide ici voir ou comment pas et refusé
    bloqué inconnu correcto incorrecta incorrecto caducada caducado olvidada perdida falta requerida
    aquí ver dónde cómo no y bloqueada errata sbagliata scaduta scaduto dimenticata persa mancante
    richiesta qui dove come non errada expirada esquecida perdida obrigatória aqui onde verlopen fout
    vergeten verplicht hier waar hoe niet onjuist geblokkeerd token key secret password passwort field
    feld champ campo veld string text header bearer basic
    """
)
"""What people say of a password, or ask about it, behind a sign: no value."""


@dataclass(frozen=True, slots=True)
class Hangs:
    """A word that means one thing beside certain words, at most two away, and another without them."""

    on: frozenset[str]
    then: Says
    otherwise: Says | None

    def beside(self, neighbours: Iterable[str]) -> Says | None:
        """Return what the word means beside these."""
        return self.then if any(near in self.on for near in neighbours) else self.otherwise


_MEANINGS: Final[dict[str, Says | Hangs]] = {
    **dict.fromkeys(_fold("passe ordine"), Hangs(_fold("mot palavra parola"), Says.HUMAN, None)),
    **dict.fromkeys(NUMBER, Says.NUMBER),
    **dict.fromkeys(CODES, Hangs(GIVEN, Says.HUMAN, Says.NUMBER)),
    **dict.fromkeys(VAGUE, Hangs(MARKING, Says.MACHINE, Says.VAGUE)),
    **dict.fromkeys(MACHINE, Says.MACHINE),
    **dict.fromkeys(HUMAN, Says.HUMAN),
}


def says(word: str) -> Says | Hangs | None:
    """Return what a folded word announces."""
    return _MEANINGS.get(word) or _by_ending(word)


def _by_ending(word: str) -> Says | None:
    """Return what a compound announces, such as `Datenbankpasswort` or `clientSecret`."""
    if len(word) > 40 or not word.isalpha():
        return None
    if word.endswith(_MACHINE_ENDINGS):
        return Says.MACHINE
    return Says.HUMAN if word.endswith(_HUMAN_ENDINGS) else None
