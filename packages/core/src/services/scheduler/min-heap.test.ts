import fc from "fast-check";
import { expect, it } from "vitest";
import { MinHeap } from "./min-heap.ts";

it("a heap gives what was put into it in its order, whatever came between", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 20 }))), (steps) => {
      const heap = new MinHeap<number>((a, b) => a < b);
      const model: number[] = [];
      // A number is put in, null takes the first one out.
      for (const step of steps) {
        if (step === null) {
          heap.pop();
          model.shift();
        } else {
          heap.push(step);
          model.push(step);
          model.sort((a, b) => a - b);
        }
        expect([heap.first, heap.size]).toEqual([model[0], model.length]);
      }
    }),
  );
});
