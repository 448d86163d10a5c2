"""Every kind of mistake that keeps a record from being read, or that its place among the others shows."""

from __future__ import annotations

from dataclasses import dataclass

from evibrief.errors import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A kind of mistake, as messages name it by its ``code``: what it means, and how to ``mend`` it."""

    code: str
    means: str
    mend: str
    severity: Severity = Severity.ERROR


_SETTING = "It is a feature of YAML that hides from the reader of a record what the record says."
_IDENTIFIER = "It has not the form that such an identifier has everywhere."

_ERRORS = tuple(
    Mistake(code=code, means=means, mend=mend)
    for code, means, mend in (
        ("alias", _SETTING, "Write the value out where it is meant."),
        ("anchor", _SETTING, "Write the value out where it is meant; a text that starts with & needs quotes."),
        ("directive", _SETTING, "Delete the line that starts with %."),
        ("duplicate-id", "Two things of one list have the same id, so that nobody can tell which is meant.",
         "Give each its own id, or delete one of the two."),
        ("duplicate-key", "A field stands twice in one group; one of the two values would silently be lost.",
         "Keep one of the two; the message names both lines."),
        ("empty", "The file holds nothing.", "Start from a skeleton: evibrief new."),
        ("encoding", "The file is not UTF-8, so that letters such as ü would be read wrongly.",
         "Save it as UTF-8; every editor has a setting for it."),
        ("events-above-n", "More people have the event than were analysed.",
         "Check both figures in the source; often the two columns were swapped."),
        ("forbidden-character", "A character that nobody sees, or that turns the direction of the text.",
         "Delete it, or type a plain space in its place; the message gives its number."),
        ("markup", "Prose holds HTML, or a link that a page cannot hold; cleaning it silently could take a word away.",
         "Write plain text with *emphasis*, **strong** and [links](https://...); put a space after a lone <."),
        ("merge-key", _SETTING, "Write the fields out."),
        ("mixed-letters", "A word mixes Latin letters with ones of another alphabet that look the same; nobody finds"
         " it again.", "Type the word again; the message names the letter."),
        ("missing-field", "A field that every record of the kind needs is not there.",
         "Add it; the message says what belongs into it. What the paper does not say is left out only where it"
         " may be."),
        ("missing-folder", "The project has no folder studies or summaries.",
         "Go to the project's folder, or name it by --project."),
        ("missing-study", "A summary names a study that has no record.",
         "Correct the id (the nearest one is offered), or add the study."),
        ("missing-value", "A text or a list is there, but empty.", "Fill it in, or delete the field."),
        ("n-above-randomised", "More people were analysed in an arm than were randomised to it.",
         "Check both figures in the source; often n is that of another arm, or of the whole study."),
        ("name-collision", "Two files differ by capital letters only; some computers take them for one.",
         "Rename or delete one of the two."),
        ("no-studies", "A summary pools an outcome, but names no studies.",
         "Name the studies, or tell the outcome as reported or narrative."),
        ("not-a-file", "Something in the folder is neither a file nor a folder.", "Remove it."),
        ("not-a-record", "A file that is no record stands among the records.", "Move it out of the folder."),
        ("not-allowed-value", "The field takes one of a few words, and this is none of them; or it does not go"
         " with others.",
         "Write one of those that the message lists; the nearest spelling is offered."),
        ("not-normalised", "A letter is written as two characters, such as u and two dots, and would not be found.",
         "Type the letter anew."),
        ("out-of-range", "The figure cannot be: an interval that misses its estimate, a share above 1, a lowest"
         " score above"
         " the highest.", "Check it in the source; the message says within which limits it lies."),
        ("outcome-not-reported", "A summary pools an outcome that none of its studies reports.",
         "Check the outcome's id; records of studies name it in outcome."),
        ("several-documents", "The file holds two records, parted by ---.", "Give each a file of its own."),
        ("subfolder", "A folder stands among the records.", "Put its records straight into the folder above."),
        ("symlink", "The file only points to another one.", "Put the file itself there."),
        ("syntax", "The text is no YAML: a quote or bracket without its other half, a colon too many, a line that is"
         " indented otherwise.", "Do what the message says; most often the text needs quotes."),
        ("tab", "The line is indented by a tab.", "Indent by spaces: two for each step."),
        ("tag", _SETTING, "Delete the word that starts with !, or put the text in quotes."),
        ("too-deep", "Groups stand in groups in groups, deeper than any record needs.",
         "Look for an indentation that went wrong."),
        ("too-large", "The file is larger than any record needs.", "A record holds one study or one question;"
         " split it."),
        ("too-long", "A text is longer than readers read, or a list than records need.", "Shorten it."),
        ("too-many-values", "The file holds more values than any record needs.",
         "A record holds one study or one question; split it."),
        ("unfilled-placeholder", "The prose quotes a figure that there is not, such as an estimate of studies"
         " that are not"
         " pooled.", "Leave the placeholder out, or name a figure that there is."),
        ("unfit-number", "A number of more digits, or of another size, than any measurement.", "Check it in the"
         " source."),
        ("unknown-field", "There is no field of that name here.",
         "Correct its spelling (the nearest name is offered) or its indentation."),
        ("unknown-placeholder", "The prose quotes something that is no outcome, or no figure of it.",
         "Write one of the names that the message lists."),
        ("unknown-reference", "A field names an arm, a report, an instrument or an outcome that the record does"
         " not have.",
         "Correct the id, or add what it names."),
        ("unreadable", "The file cannot be opened.", "Check who may read it."),
        ("wrong-date", "It is no date, or none of the calendar.", "Write it as year-month-day: 2021-06-23."),
        ("wrong-doi", _IDENTIFIER, "Copy the DOI from the paper, without https://doi.org/."),
        ("wrong-extension", "The file's name does not end in .yaml.", "Rename it."),
        ("wrong-id", "It cannot be the name of a record or of one of its parts, or it is not the name of the file.",
         "Use lower-case letters, digits and single hyphens; give file and id the same name."),
        ("wrong-image", "A picture's file has a name that some system or browser would not take as it is.",
         "Rename it: lower-case letters, digits and hyphens, such as cup.svg."),
        ("wrong-key", "The name of a field is missing, or is a list.", "Look for a colon or a bracket too many."),
        ("wrong-name", "It cannot be the name of a file, or of an author.",
         "For a file use lower-case letters, digits and hyphens; for an author family and given, or literal alone."),
        ("wrong-pmcid", _IDENTIFIER, "Write it with its letters: PMC8220835."),
        ("wrong-pmid", _IDENTIFIER, 'Put the digits in quotes: "34162340".'),
        ("wrong-registration", _IDENTIFIER, "Write it as the register does: NCT01024569."),
        ("wrong-setting", "mkdocs.yml sets something of Evibrief that there is not, or to a value that cannot be.",
         "Write one of those that the message lists."),
        ("wrong-text", "The text has several lines where one is wanted, or space around it.", "Write it as one line."),
        ("wrong-type", "A number is wanted and text is there, or the reverse; or a list, a group, a date.",
         "Do what the message says: often a decimal comma, a unit or a percent sign stands in a number."),
        ("wrong-url", _IDENTIFIER, "Copy the whole address, with https://."),
        ("wrong-value", "The value does not fit its field.", "Do what the message says."),
    )
)  # fmt: skip
_OTHERS = (
    Mistake(code="comment-in-text", severity=Severity.HINT,
            means="After a space, # starts a comment: what follows is not part of the text.",
            mend="If it belongs to the text, put the text in quotes; if it is a comment, put two spaces before #."),
    Mistake(code="not-canonical", severity=Severity.HINT,
            means="The record says what it should, but in another order or spacing than the others.",
            mend="Run evibrief fmt, which keeps every value and comment."),
    Mistake(code="retraction-notice",
            means="The pinned file of notices says that a report was retracted or questioned, and its record does not.",
            mend="Read the notice; write its status, day and place into retraction of that report."),
    Mistake(code="retractions-old", severity=Severity.WARNING,
            means="The pinned file of retraction notices is more than 30 days old.",
            mend="Put a newer file of the Retraction Watch data in its place."),
    Mistake(code="shared-report", severity=Severity.WARNING,
            means="Two studies name the same paper as theirs; they may be one study entered twice.",
            mend="Keep one of the two, or give the paper that both stand in the role review or dataset."),
    Mistake(code="unused-study", severity=Severity.HINT,
            means="No summary uses the study.", mend="Name it in the list studies of a summary, or leave it for"
            " later."),
)  # fmt: skip
MISTAKES: tuple[Mistake, ...] = (*_ERRORS, *_OTHERS)
