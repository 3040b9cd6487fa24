"""Invented names of dresses and of the houses that make them."""

from typing import Final

from classifier.synthetic.chance import Dice

DESIGNERS: Final = (
    "Slate & Vine", "Maison Orly", "Ada Lark", "Petra Winslow", "Ottilie Grey", "House of Fable",
    "Juniper Row", "Calla Moreau", "Studio Nocturne", "Wren & Willow", "Bellamy Hart", "Odette Sol",
    "Marlow Finch", "Sunday Atelier", "Imani Rhodes", "Kestrel", "Luz Ferreira", "Nori Tanabe",
    "Saffron Lane", "Vesper Lindqvist", "Zadie Bloom", "Copper Moth", "Elia Marchetti", "Thea Okafor",
    "Paper Peony", "Anouk Desai", "North & Lily", "Fern Halloway",
)  # fmt: skip

COLOUR_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "black": ("Midnight", "Onyx", "Noir", "Raven"),
    "charcoal": ("Ember", "Graphite", "Thunder", "Flint"),
    "silver": ("Moonlight", "Tinsel", "Mist", "Sterling"),
    "white": ("Snowdrop", "Jasmine", "Cloud", "Gardenia"),
    "ivory": ("Pearl", "Magnolia", "Vellum", "Ivory"),
    "champagne": ("Champagne", "Prosecco", "Honeymoon", "Linen"),
    "camel": ("Caramel", "Biscotti", "Sahara", "Toffee"),
    "chocolate": ("Cocoa", "Truffle", "Chestnut", "Walnut"),
    "blush": ("Ballet", "Petal", "Sorbet", "Blossom"),
    "rose": ("Peony", "Rosewood", "Rhubarb", "Camellia"),
    "fuchsia": ("Bougainvillea", "Pitaya", "Fuchsia", "Cosmo"),
    "coral": ("Grapefruit", "Flamingo", "Coral", "Papaya"),
    "red": ("Scarlet", "Poppy", "Lipstick", "Cherry"),
    "wine": ("Cabernet", "Merlot", "Garnet", "Bordeaux"),
    "rust": ("Cinnamon", "Terracotta", "Amberwood", "Sienna"),
    "tangerine": ("Clementine", "Apricot", "Marmalade", "Kumquat"),
    "mustard": ("Marigold", "Turmeric", "Goldenrod", "Saffron"),
    "lemon": ("Limoncello", "Primrose", "Buttercup", "Citron"),
    "olive": ("Olive Grove", "Caper", "Moss", "Bay Leaf"),
    "sage": ("Sage", "Eucalyptus", "Pistachio", "Lichen"),
    "emerald": ("Emerald", "Clover", "Malachite", "Basil"),
    "forest": ("Evergreen", "Fir", "Juniper", "Ivy"),
    "teal": ("Peacock", "Lagoon", "Kingfisher", "Mallard"),
    "turquoise": ("Riviera", "Seaglass", "Aqua", "Capri"),
    "sky": ("Bluebell", "Forget-me-not", "Skylark", "Hydrangea"),
    "cobalt": ("Cobalt", "Delft", "Azure", "Cornflower"),
    "navy": ("Nautical", "Indigo", "Harbour", "Blueberry"),
    "lavender": ("Lavender", "Wisteria", "Lilac", "Heather"),
    "violet": ("Violet", "Amethyst", "Iris", "Crocus"),
    "plum": ("Plum", "Fig", "Damson", "Mulberry"),
}
MOODS: Final = (
    "Aurelia",
    "Beatrix",
    "Camille",
    "Delphine",
    "Elodie",
    "Florence",
    "Greta",
    "Harriet",
    "Ines",
    "Josephine",
    "Katya",
    "Leonie",
    "Margot",
    "Naomi",
    "Ophelia",
    "Paloma",
    "Rosalind",
    "Sabine",
    "Tallulah",
    "Ursula",
    "Valentina",
    "Willa",
    "Yara",
    "Zelda",
    "Amalfi",
    "Brighton",
    "Cordoba",
    "Deauville",
    "Essaouira",
    "Florentine",
    "Granada",
    "Havana",
    "Ischia",
    "Kyoto",
    "Lisbon",
    "Marrakesh",
    "Napoli",
    "Oaxaca",
    "Portofino",
    "Savannah",
    "Toulouse",
    "Udaipur",
    "Verona",
    "Zanzibar",
    "Encore",
    "Overture",
    "Serenade",
    "Waltz",
    "Sonnet",
    "Matinee",
    "Reverie",
    "Daydream",
    "Soiree",
    "Garden Party",
    "First Dance",
    "Golden Hour",
    "Long Weekend",
    "Plus One",
    "Love Letter",
    "Rooftop",
    "Opening Night",
    "Afterglow",
    "Stardust",
    "Picnic",
    "Holiday",
    "Promenade",
)
NOUNS: Final[dict[str, tuple[str, ...]]] = {
    "sheath": ("Sheath", "Column", "Pencil Dress", "Sculpt Dress"),
    "a-line": ("A-Line", "Day Dress", "Swing", "Tea Dress"),
    "fit and flare": ("Flare", "Skater", "Twirl Dress", "Full Skirt Dress"),
    "shift": ("Shift", "Tunic Dress", "Mod Dress", "Pop Dress"),
    "wrap": ("Wrap", "Wrap Dress", "Tie Dress"),
    "mermaid": ("Mermaid Gown", "Trumpet Gown", "Siren Gown"),
    "ball gown": ("Ball Gown", "Gala Gown", "Waltz Gown"),
    "slip": ("Slip", "Bias Dress", "Cami Dress"),
    "shirt": ("Shirtdress", "Shirt Dress", "Button-Down"),
    "tiered": ("Tiered Dress", "Prairie Dress", "Peasant Dress"),
}


def designer_initials(designer: str) -> str:
    """The capital letters of a house, for its skus."""
    words = [word for word in designer.replace("&", " ").split() if word[0].isupper()]
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


def dress_name(dice: Dice, *, silhouette: str, colour: str, taken: set[str], mood: bool = False) -> str:
    """A charming name that no other dress has; with mood, one that hints at no colour."""
    while True:
        first = dice.pick(COLOUR_WORDS[colour]) if dice.happens(0.45) and not mood else dice.pick(MOODS)
        name = f"{first} {dice.pick(NOUNS[silhouette])}"
        if name in taken:
            name = f"{dice.pick(MOODS)} {name}"
        if name not in taken:
            return name
