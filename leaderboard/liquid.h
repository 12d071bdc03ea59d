/* liquid.h - a page written in a small part of Liquid, rendered as Jekyll renders it.
 *
 * The page of the workshop's site is Liquid because Jekyll is what that site has. Rendering
 * the same source here gives a page of its own from the same markup, without Ruby, and the
 * one is a test of the other.
 *
 *   {{ value | filter }}                        escape, jsonify, replace: "a", "b"
 *   {% assign name = value %}
 *   {% for name in value %} {% endfor %}        of an array; forloop.first, forloop.index0
 *   {% if value %} {% else %} {% endif %}       or value == value, value != value
 *   {% unless value %} {% else %} {% endunless %}
 *   {% raw %} {% endraw %}
 *
 * A value is "text" or a path such as track.tasks[forloop.index0].title; `first` is the
 * first item of an array. What is not there is nothing, prints as nothing and is false; all
 * else but false is true, "" too. A dash inside a tag eats the white space beside it;
 * raw and endraw take none.
 *
 * Failure: whatever is not of this subset, with its line. What stands in a branch that is
 * not taken is only cut into tags, not looked at.
 */
#ifndef BOARD_LIQUID_H
#define BOARD_LIQUID_H

#include "board.h"

#include <jansson.h>

/* The page with the keys of root as its variables; NULL on failure. The caller frees. */
char *board__liquid(const char *page, json_t *root, struct board_error *err);

#endif
