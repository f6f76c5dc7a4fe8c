/** What a configuration may say. The interface in define-config.ts is the contract; a type test proves the two the same. */
import { z } from "zod";

const fromOne = z.int().min(1);
const texts = z.union([z.string(), z.array(z.string()).readonly()]);

export const configSchema = z.strictObject({
  specs: texts.exactOptional(),
  engine: z.enum(["tlc", "explore", "both"]).exactOptional(),
  reduce: z.boolean().exactOptional(),
  reporter: texts.exactOptional(),
  outputFile: texts.exactOptional(),
  timeout: fromOne.exactOptional(),
  maxHeap: z
    .string()
    .regex(/^[1-9]\d*[kmgKMG]?$/, "write it as Java does: 512m, 4g")
    .exactOptional(),
  tlcWorkers: fromOne.exactOptional(),
  maxWorkers: fromOne.exactOptional(),
  bail: z.boolean().exactOptional(),
  strict: z.boolean().exactOptional(),
  coverage: z.boolean().exactOptional(),
  cache: z.boolean().exactOptional(),
  java: z.string().exactOptional(),
  tlcJar: z.string().exactOptional(),
});

export const configKeys: readonly string[] = Object.keys(configSchema.shape);
