import { expect } from "chai";
import type Docker from "dockerode";
import { describe, it } from "mocha";
import { pullImage } from "../../fixtures/runtimes/docker/pull.ts";

describe("docker, where an image cannot be pulled", () => {
  const failing = (why: string) => ({ pull: () => Promise.reject(new Error(why)) }) as unknown as Docker;
  const told = (why: string) => pullImage(failing(why), "example.org/private:v1").catch((error: Error) => error.message);

  it("who may be asked for a login is told how to use it", async () => {
    const denied = "(HTTP code 404) unexpected - pull access denied for example.org/private, it may require 'docker login'";
    expect(await told(denied)).to.equal(
      "pull access denied for example.org/private, it may require 'docker login'; " +
        'no login is used here: "docker pull example.org/private:v1" uses yours',
    );
    expect(await told("(HTTP code 500) server error - no such host")).to.equal("(HTTP code 500) server error - no such host");
  });
});
