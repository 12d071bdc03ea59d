#include "liquid.h"
#include "site_page.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(board_liquid, .timeout = 20);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char variables[] =
    "{\"name\": \"<b>&'\\\"\", \"empty\": \"\", \"zero\": 0, \"yes\": true, \"no\": false,"
    " \"nothing\": null, \"list\": [\"a\", \"b\", \"c\"], \"none\": [],"
    " \"rows\": [{\"id\": 1, \"cases\": [\"x\", \"y\"]}, {\"id\": 2, \"cases\": [\"z\"]}],"
    " \"at\": {\"key\": \"deep\"}, \"deep\": 7}";

static char *render(const char *page, struct board_error *err)
{
    json_t *root = json_loads(variables, 0, NULL);
    cr_assert_not_null(root);
    char *text = board__liquid(page, root, err);
    json_decref(root);
    return text;
}

/* Expected values: what Liquid 5.4.0 with Jekyll 4.3.1's filters makes of the same page and
 * variables. */
Test(board_liquid, renders_what_liquid_renders)
{
    static const struct {
        const char *page, *text;
    } table[] = {
        {"", ""},
        {"plain { } % text", "plain { } % text"},
        {"{{ name | escape }}", "&lt;b&gt;&amp;&#39;&quot;"},
        {"{{name|escape|escape}}", "&amp;lt;b&amp;gt;&amp;amp;&amp;#39;&amp;quot;"},
        {"{{ name | jsonify }}", "\"<b>&'\\\"\""},
        {"{{ name | jsonify | replace: \"<\", \"\\u003c\" }}", "\"\\u003cb>&'\\\"\""},
        {"{{ rows | jsonify }}",
         "[{\"id\":1,\"cases\":[\"x\",\"y\"]},{\"id\":2,\"cases\":[\"z\"]}]"},
        {"{{ zero }} {{ yes }} {{ missing }} {{ missing.deep.er }} {{ nothing }}.",
         "0 true   ."},
        {"{{ missing | jsonify }} {{ nothing | jsonify }}", "null null"},
        {"{{ \"text\" }}", "text"},
        {"{{ list[zero] }}{{ list.first }}{{ rows[zero].cases.first }}{{ none.first }}",
         "aax"},
        {"{{ at[\"key\"] }} {{ at.key }} {{ at[missing] }}.", "deep deep ."},
        {"{% if empty %}true{% else %}false{% endif %}", "true"},
        {"{% if zero %}true{% endif %}{% if no %}no{% endif %}{% if missing %}no{% endif "
         "%}",
         "true"},
        {"{% unless missing %}none{% else %}some{% endunless %}", "none"},
        {"{% if empty != \"\" %}some{% else %}none{% endif %}", "none"},
        {"{% if at.key == \"deep\" %}equal{% endif %}{% if missing == nothing %}!{% endif "
         "%}",
         "equal!"},
        {"{% if missing == \"\" %}equal{% else %}other{% endif %}", "other"},
        {"{% for x in list %}{% unless forloop.first %},{% endunless %}{{ forloop.index0 "
         "}}{{ x }}{% endfor %}",
         "0a,1b,2c"},
        {"{% for row in rows %}{{ row.id }}:{% for x in row.cases %}{{ x }}{{ "
         "forloop.index0 }}{% endfor %}@{{ forloop.index0 }} {% endfor %}{{ row.id }}",
         "1:x0y1@0 2:z0@1 "},
        {"{% for x in missing %}x{% endfor %}{% for x in none %}x{% endfor %}", ""},
        {"{% for x in list %}{% endfor %}{{ forloop.index0 }}", ""},
        {"{% assign x = at.key %}{{ x }}{% assign x = missing %}[{{ x }}]", "deep[]"},
        {"a \n {%- if yes -%} \n b \n {%- endif -%} \n c", "abc"},
        {"a {{- zero -}} b", "a0b"},
        {"{% raw %}{{ name }} {% if %}{% endraw %}.", "{{ name }} {% if %}."},
        {"a {% raw %} {{ x }} {%- x -%} {% endraw %} b", "a  {{ x }} {%- x -%}  b"},
        {"{% if no %}{% for x in list %}{{ x }}{% endfor %}{% else %}{% if yes %}in{% "
         "endif %}{% endif %}",
         "in"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct board_error err = {""};
        char *text = render(table[i].page, &err);
        cr_expect(text != NULL, "row %zu: %s", i, err.message);
        cr_expect_str_eq(text ? text : "", table[i].text, "row %zu: %s", i, table[i].page);
        free(text);
    }
}

Test(board_liquid, refuses_what_it_does_not_know_with_its_line)
{
    static const struct {
        const char *page, *part;
    } table[] = {
        {"\n\n{{ name", "line 3: a tag is not closed"},
        {"{% include x %}", "line 1: 'include' is no tag"},
        {"\n{% if name %}", "line 2: a block has no end"},
        {"{% endif %}", "belongs to nothing"},
        {"{% for x in list %}{% else %}{% endfor %}", "belongs to nothing"},
        {"{% if yes %}{% else %}{% else %}{% endif %}", "belongs to nothing"},
        {"{% if yes %}{% endfor %}", "belongs to nothing"},
        {"{% raw %}{{ x", "'raw' has no 'endraw'"},
        {"{% raw %}{%- endraw %}", "'raw' has no 'endraw'"},
        {"{%- raw %}{% endraw %}", "'raw' takes no dashes"},
        {"{% raw -%}{% endraw %}", "'raw' takes no dashes"},
        {"\n{{ name | upcase }}", "line 2: 'upcase' is no filter"},
        {"{{ name | replace: \"a\" }}", "'replace' needs two texts"},
        {"{{ name | replace: \"\", \"b\" }}", "'replace' needs two texts"},
        {"{{ name other }}", "'other' is not understood"},
        {"{{ \"name }}", "a quote is not closed"},
        {"{{ list[zero }}", "a bracket is not closed"},
        {"{{ }}", "a name is missing"},
        {"{{ list }}", "cannot be printed"},
        {"{% if name > \"a\" %}{% endif %}", "'> \"a\"' is not understood"},
        {"{% for x of list %}{% endfor %}", "'for' needs 'in'"},
        {"{% for x in name %}{% endfor %}", "'for' needs a list"},
        {"{% assign x name %}", "'assign' needs '='"},
    };
    for (size_t i = 0; i < COUNT(table); i++) {
        struct board_error err = {""};
        char *text = render(table[i].page, &err);
        cr_expect_null(text, "row %zu was rendered: %s", i, text);
        cr_expect_not_null(strstr(err.message, table[i].part), "row %zu: %s", i,
                           err.message);
        free(text);
    }
}

Test(board_liquid, refuses_blocks_nested_more_than_32_deep)
{
    enum { BLOCKS = 33 };
    char page[BLOCKS * sizeof "{% if yes %}{% endif %}"];
    size_t used = 0;
    for (int i = 0; i < 2 * BLOCKS; i++) {
        int written = snprintf(page + used, sizeof page - used, "%s",
                               i < BLOCKS ? "{% if yes %}" : "{% endif %}");
        cr_assert(written > 0);
        used += (size_t)written;
    }
    struct board_error err = {""};
    cr_expect_null(render(page, &err));
    cr_expect_not_null(strstr(err.message, "nested too deeply"), "%s", err.message);
}

Test(board_liquid, leaves_the_variables_of_its_caller_alone)
{
    struct board_error err = {""};
    json_t *root = json_loads(variables, 0, NULL);
    json_t *before = json_deep_copy(root);
    char *text = board__liquid("{% assign zero = name %}{% for at in list %}{% endfor %}",
                               root, &err);
    cr_expect_str_eq(text, "");
    cr_expect(json_equal(root, before));
    free(text);
    json_decref(before);
    json_decref(root);
}

Test(board_liquid, a_board_cannot_write_markup_or_liquid_into_its_page)
{
    struct board_error err = {""};
    char *page = board_site_page("{\"team\": \"</script>{{ 1 }}{% raw %}\"}",
                                 "{{ board.team | escape }} {{ board.team | jsonify | "
                                 "replace: \"<\", \"\\u003c\" }}",
                                 &err);
    cr_assert_not_null(page, "%s", err.message);
    cr_expect_str_eq(page,
                     "&lt;/script&gt;{{ 1 }}{% raw %} \"\\u003c/script>{{ 1 }}{% raw %}\"");
    free(page);
}

Test(board_liquid, what_is_no_json_makes_no_page_and_no_data)
{
    struct board_error err = {""};
    cr_expect_null(board_site_page("{\"a\": 1,}", "", &err));
    cr_expect_not_null(strstr(err.message, "cannot read the board: line 1"), "%s",
                       err.message);
    cr_expect_null(board_site_data("{\"a\": 1, \"a\": 2}", &err));
    cr_expect_not_null(strstr(err.message, "duplicate"), "%s", err.message);
}

Test(board_liquid, the_data_beside_a_page_is_the_board_without_white_space)
{
    struct board_error err = {""};
    char *data = board_site_data("{\n  \"b\": [1, 0.5],\n  \"a\": \"x y\"\n}\n", &err);
    cr_expect_str_eq(data, "{\"b\":[1,0.5],\"a\":\"x y\"}\n");
    free(data);
}
