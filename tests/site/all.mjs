// All tests of the site in one process, so that the pages are built once.
import { after } from "node:test";
import { finish } from "./harness.mjs";
import "./test_pages.mjs";
import "./test_table.mjs";
import "./test_charts.mjs";
import "./test_access.mjs";

after(finish);
