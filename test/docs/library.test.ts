/** docs/LIBRARY.md is what the comments of src/library say, and they say what a reader needs. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { libraryDocument, readLibraryFile } from "../support/library-doc.js";
import { repository } from "../support/source-tree.js";

const folder = join(repository, "src/library");
const files = readdirSync(folder).map((name) =>
  readLibraryFile(name, readFileSync(join(folder, name), "utf8")),
);

describe.each(files)("src/library/$name", ({ title, header, exports }) => {
  test("its header names the kernel's primitive and what is left out", () => {
    expect(title).not.toBe("");
    expect(header.join(" ")).toMatch(/\b(Xen|Linux|KVM|kernels?)\b/);
    expect(header.filter((paragraph) => paragraph.startsWith("Left out: "))).toHaveLength(1);
  });

  test("every export says what it does", () => {
    expect(exports.length).toBeGreaterThan(0);
    expect(exports.filter(({ comment }) => comment.length === 0).map(({ name }) => name)).toEqual([]);
  });
});

test("no two files stand for the same", () => {
  const titles = files.map(({ title }) => title.toLowerCase());
  expect(new Set(titles).size).toBe(titles.length);
});

test("docs/LIBRARY.md is fresh (if not: npm run docs)", async () => {
  await expect(libraryDocument(files)).toMatchFileSnapshot(join(repository, "docs/LIBRARY.md"));
});

describe("the generator", () => {
  const text = `/**
 * foo_t: one of them. Stands for Linux's foo.
 * On two lines.
 *
 * A second paragraph. Left out: nothing,
 * really.
 */
import { atomic } from "../dsl/steps.js";

/** Says {@link foo_up}. */
export class Foo {
  /** Not shown. */
  state: "up" | "down" = "down";
  count = 0;
}

/** Not exported. */
function helper(): void {}

/**
 * Goes up.
 * @param foo which one
 * @returns whether it was down
 */
export function foo_up(
  foo: Foo,
  how: () => void,
): boolean {
  return atomic(how);
}

export type Mode = "a" | "b";
`;
  const file = readLibraryFile("foo.ts", text);

  test("reads a file", () => {
    expect(file).toEqual({
      name: "foo.ts",
      title: "foo_t",
      header: [
        "foo_t: one of them. Stands for Linux's foo. On two lines.",
        "A second paragraph.",
        "Left out: nothing, really.",
      ],
      exports: [
        {
          name: "Foo",
          signature: 'class Foo { state: "up" | "down" = "down"; count = 0; }',
          comment: ["Says `foo_up`."],
        },
        {
          name: "foo_up",
          signature: "foo_up(foo: Foo, how: () => void): boolean",
          comment: ["Goes up.", "`foo`: which one", "returns: whether it was down"],
        },
        { name: "Mode", signature: 'type Mode = "a" | "b"', comment: [] },
      ],
    });
  });

  test("writes the same whatever the order of the files", () => {
    const other = readLibraryFile("bar.ts", "/** Bars in Xen/common.c: many. Left out: most. */\n");
    expect(other.title).toBe("Bars in Xen/common.c");
    expect(libraryDocument([file, other])).toBe(libraryDocument([other, file]));
  });

  test("passes over no export in silence", () => {
    expect(() => readLibraryFile("x.ts", "export enum X { a }")).toThrow("no entry for export enum X");
  });
});
