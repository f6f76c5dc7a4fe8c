import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runProcess } from "../../src/tlc/process.js";
import { fakeProgram, scratchFolder } from "./scratch.js";

describe("runProcess", () => {
  test("hands lines over and tells the exit code", async () => {
    const command = fakeProgram(scratchFolder(), "talk", [
      "echo one; echo; echo two; echo wrong >&2; exit 12",
    ]);
    const out: string[] = [];
    const err: string[] = [];
    const end = await runProcess({
      command,
      args: [],
      onStdout: (line) => void out.push(line),
      onStderr: (line) => void err.push(line),
    });
    expect(end).toEqual({ exitCode: 12, timedOut: false, aborted: false });
    expect(out).toEqual(["one", "", "two"]);
    expect(err).toEqual(["wrong"]);
  });

  test("kills a program that has said its last line", async () => {
    const command = fakeProgram(scratchFolder(), "linger", [
      "echo one; echo last; echo more",
      "exec sleep 60",
    ]);
    const out: string[] = [];
    const end = await runProcess({
      command,
      args: [],
      onStdout: (line) => void out.push(line),
      isLast: (line) => line === "last",
    });
    expect(end).toEqual({ signal: "SIGKILL", timedOut: false, aborted: false, cut: true });
    expect(out.slice(0, 2)).toEqual(["one", "last"]);
  });

  test("passes arguments as they are and exactly the environment given", async () => {
    const command = fakeProgram(scratchFolder(), "echo", ['echo "$1"; echo "$ONLY-$HOME"']);
    const out: string[] = [];
    await runProcess({
      command,
      args: ["$HOME; ls *"],
      env: { ONLY: "this" },
      onStdout: (line) => void out.push(line),
    });
    expect(out).toEqual(["$HOME; ls *", "this-"]);
  });

  test("tells why a program could not be started", async () => {
    const end = await runProcess({ command: join(scratchFolder(), "missing"), args: [] });
    expect(end.startError).toContain("ENOENT");
    expect(end.exitCode).toBeUndefined();
  });

  test("tells a signal from outside", async () => {
    const command = fakeProgram(scratchFolder(), "die", ["kill -KILL $$"]);
    expect(await runProcess({ command, args: [] })).toMatchObject({
      signal: "SIGKILL",
      timedOut: false,
      aborted: false,
    });
  });

  test("ends a program that takes too long", async () => {
    const command = fakeProgram(scratchFolder(), "sleep", ["exec sleep 60"]);
    expect(await runProcess({ command, args: [], timeoutSeconds: 0.2 })).toMatchObject({
      timedOut: true,
      aborted: false,
    });
  });

  test("ends a program that ignores SIGTERM when aborted", async () => {
    const command = fakeProgram(scratchFolder(), "stubborn", [
      "trap '' TERM",
      "echo ready",
      "while :; do sleep 0.1; done",
    ]);
    const controller = new AbortController();
    const end = await runProcess({
      command,
      args: [],
      signal: controller.signal,
      onStdout: () => controller.abort(),
    });
    expect(end).toMatchObject({ signal: "SIGKILL", aborted: true });
  });

  test("starts nothing when already aborted", async () => {
    const command = join(scratchFolder(), "missing");
    const end = await runProcess({ command, args: [], signal: AbortSignal.abort() });
    expect(end).toEqual({ timedOut: false, aborted: true });
  });

  test("does not leave the program running when a listener fails", async () => {
    const command = fakeProgram(scratchFolder(), "chatter", ["echo $$", "exec sleep 60"]);
    let pid = 0;
    const work = runProcess({
      command,
      args: [],
      onStdout: (line) => {
        pid = Number(line);
        throw new Error("listener");
      },
    });
    await expect(work).rejects.toThrow("listener");
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
