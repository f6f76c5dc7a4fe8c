/** The page: reads its data and shows it. */
import { render } from "preact";
import type { PageData } from "../data.js";
import { App } from "./app.js";

const data: PageData = JSON.parse(document.getElementById("data")?.textContent ?? "");
const page = document.getElementById("page");
if (page !== null) render(<App data={data} />, page);
