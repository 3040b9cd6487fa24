from collections import Counter

from django.template import Engine


def test_no_two_libraries_that_every_template_has_give_a_filter_the_same_name():
    libraries = [
        one
        for one in Engine.get_default().template_builtins
        if any(made.__module__.startswith("truther") for made in one.filters.values())
    ]

    names = Counter(name for library in libraries for name in library.filters)

    assert len(libraries) > 1
    assert [name for name, count in names.items() if count > 1] == []
