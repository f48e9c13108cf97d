"""What a reader keeps in mind: of whom the text speaks, what was said last, and all that was read so far."""

from meu_data.language.layout import Laid, short
from meu_data.language.pieces import Mention, Piece
from meu_data.language.reading import EmotionSaid, Evidence, Misnamed, MotionSaid, Ranked, UnitSaid
from meu_data.language.words import Units


class State:
    """The memory of one reading; in slots, which are read many times for each word, and several times as fast."""

    __slots__ = (
        *("_absent", "_adverb_from", "_all_still", "_announced", "_answer", "_answers", "_asked"),
        *("_asked_motion", "_asked_units", "_before", "_borrowed", "_carried", "_cleft", "_compared"),
        *("_compares", "_concludes", "_contrast", "_differ", "_earlier", "_either", "_elsewhere"),
        *(
            "_emotions",
            "_evidence",
            "_excepted",
            "_face",
            "_focus",
            "_goes_on",
            "_gone",
            "_headed",
            "_heading",
            "_in_order",
        ),
        *("_between", "_hedged", "_inside", "_is_short", "_label", "_labelled", "_lead", "_legend", "_linked"),
        *("_mentioned", "_misnamed", "_mode", "_motions", "_muscles", "_named", "_naming", "_of_emotion"),
        *("_only", "_only_said", "_open", "_opening", "_own_sides", "_pair", "_parted", "_persons_here"),
        *("_persons_last", "_persons_said", "_pictures_said", "_pointed", "_ranks", "_row", "_said_from"),
        *("_set_aside", "_settled", "_side_moved", "_side_told", "_sides", "_still_list", "_subjects"),
        *("_supposed", "_tail", "_told", "_told_of", "_turn", "_two", "_typical", "_under_heading"),
        *("_unfitting", "_units", "_units_seen", "_usual", "_vague", "_waiting", "_was_denied", "_was_told"),
        *("_weighed", "_where", "_words_of_sides", "_told_before", "_part_ahead", "_no_units", "_half", "_first_owner"),
    )

    def __init__(self) -> None:
        self._motions: list[MotionSaid] = []
        self._units: list[UnitSaid] = []
        self._supposed = self._typical = False
        self._carried: list[Mention] = []
        self._heading: list[Mention] = []
        # The two parts that "the former" and "the latter" stand for.
        self._two: list[Mention] = []
        # The parts that the statement names, each once, those included whose strength is compared with.
        self._mentioned: list[Mention] = []
        # Whether plain sides are the person's: by a convention that the text states, or as it spoke of them last.
        self._own_sides = self._persons_last = self._units_seen = self._asked = False
        # The side that a heading names: "Left half of the picture".
        self._half: str | None = None
        # Whose side was named first.
        self._first_owner: str | None = None
        # What the question before was about: units, and motion with those that would move.
        self._asked_units: list[UnitSaid] = []
        self._asked_motion: tuple[MotionSaid, list[Mention]] | None = None
        # The side that was named last, and the one that moved last.
        self._side_told: str | None = None
        self._side_moved: str | None = None
        self._before: MotionSaid | None = None
        self._mode = ""
        self._absent = self._part_ahead = False
        # Units that a colon parts from what is said of them; muscles and units as they come.
        self._headed: list[int] = []
        self._in_order: list[Units | frozenset[int]] = []
        # Where a strength stands between marks, for the part behind it.
        self._adverb_from = -9

    def begin(self, laid: Laid) -> None:
        """Starts a statement."""
        self._keep_two()
        if laid.after_gap:
            # Only a heading is spoken of beyond an empty line.
            self._carried, self._half = self._heading, None
        # What the statement before tells of, as long as it names no unit for it.
        parted = laid.after_gap or self._supposed or self._typical or laid.row
        parted = parted or any(unit.by_code for unit in self._units)
        self._told_of = [] if parted else [said for said in self._motions if said.moves and said.real]
        self._motions, self._units, self._headed, self._in_order = [], [], [], []
        self._misnamed: list[Misnamed] = []
        self._muscles: list[Units] = []
        # The emotions, and how many of them stand before a "but".
        self._emotions: list[EmotionSaid] = []
        self._turn, self._settled = 0, False
        self._evidence: list[Evidence] = []
        self._ranks: list[Ranked] = []
        # Who is spoken of, whether something was said of them yet, and who was spoken of before them.
        self._subjects, self._told_before = list[Mention](), self._carried
        self._still_list = self._compares = self._vague = self._unfitting = self._pair = self._contrast = (
            self._persons_said
        ) = self._pictures_said = False
        # A list of units that are absent goes on behind a semicolon.
        self._was_told, self._opening, self._absent = True, True, self._absent and laid.goes_on
        self._borrowed = self._told = self._label = self._parted = self._persons_here = self._legend = False
        # The side that is looked at, and the one that a list of parts begins with.
        self._focus: str | None = None
        # Who names the picture's sides and now and then the person's has gone back to the picture's.
        self._persons_last &= self._first_owner != "pictures"
        self._lead: str | None = self._half
        self._where = False
        # Whether the side that is looked at is the only one.
        self._only = self._only_said = False
        self._compared: list[Mention] = []
        self._set_aside: list[Mention] | None = None
        # What was said last, and where among the motions it begins.
        self._earlier, self._before = self._before, None
        self._said_from, self._tail = 0, False
        # Units of which it is not known yet whether they are denied, those that turned out to be only supposed, those
        # of which only the usual is told, and those whose motion comes behind them.
        self._waiting: list[int] = []
        # Whether the units named last were denied by a word that another denial turns round.
        self._gone = False
        self._weighed: set[int] = set()
        self._usual: set[int] = set()
        self._hedged: list[int] = []
        self._open: frozenset[int] = frozenset()
        self._linked = 0
        # Where the motions stand that the name of a unit tells.
        self._named = range(0)
        # Whether an arrow or "=" points from a motion to the units that come next.
        self._pointed = False
        self._sides: list[tuple[str | None, bool]] = []
        self._words_of_sides: list[tuple[str, str]] = []
        self._either = self._labelled = self._face = self._differ = self._no_units = False
        self._supposed = laid.asks
        self._answers, self._asked = self._asked, laid.asks
        self._answer: bool | None = None
        # Whether a subject is a heading's still; and what is said to be still as a whole: the face, its left or right.
        self._under_heading = self._excepted = self._elsewhere = self._of_emotion = False
        self._all_still: str | None = None
        self._typical = self._was_denied = self._naming = self._inside = self._between = False
        # A motion that a colon parts from what moves.
        self._announced: Piece | None = None
        # It begins with "therefore", with "it is not".
        self._concludes = self._cleft = False
        self._row = laid.row
        self._is_short = short(laid)
        self._goes_on = laid.goes_on

    def _keep_two(self) -> None:
        """Two parts that a statement names are those that the next one may tell apart."""
        if len(self._mentioned) == 2:
            self._two = self._mentioned
        elif any(mention not in self._two for mention in self._mentioned):
            self._two = []
        self._mentioned = []

    def end(self, piece: Piece) -> None:
        """Takes what a piece says."""
        raise NotImplementedError
