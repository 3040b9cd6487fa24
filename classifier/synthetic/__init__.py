"""A seeded dress studio: thousands of styles, their studio shots and the photos people take in them."""

from classifier.synthetic.pictures import picture
from classifier.synthetic.posts import PictureSpec, PostSpec, design_posts
from classifier.synthetic.spec import Look, StyleSpec, design_styles, design_unlisted
from classifier.synthetic.studio import studio_shot
from classifier.synthetic.write import write_catalogue, write_posts

__all__ = [
    "Look",
    "PictureSpec",
    "PostSpec",
    "StyleSpec",
    "design_posts",
    "design_styles",
    "design_unlisted",
    "picture",
    "studio_shot",
    "write_catalogue",
    "write_posts",
]
