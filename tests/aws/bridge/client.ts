import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Values } from "../plugin/values.js";

export interface PlannedChange {
  readonly changed: readonly string[];
  readonly replaced: readonly string[];
}

export interface DeployedResource {
  readonly token: string;
  readonly id: string;
  readonly state: Values;
  /** The inputs that the state was made from. */
  readonly before: Values;
}

/** Calls a provider plugin as the engine does. */
export class PluginClient {
  private readonly client: ResourceProviderClient;

  constructor(port: string) {
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  close(): void {
    this.client.close();
  }

  async configure(settings: Readonly<Record<string, string>>): Promise<void> {
    const request = new pb.ConfigureRequest().setArgs(Struct.fromJavaScript(settings)).setAcceptsecrets(true);
    await call<pb.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  /** What a preview would say when the program gives `wanted` to this resource. */
  async diff({ token, id, state, before }: DeployedResource, wanted: Values): Promise<PlannedChange> {
    const request = new pb.DiffRequest()
      .setUrn(`urn:pulumi:stack::project::${token}::thing`)
      .setId(id)
      .setOlds(Struct.fromJavaScript(state as never))
      .setOldInputs(Struct.fromJavaScript(before as never))
      .setNews(Struct.fromJavaScript(wanted as never));
    const answer = await call<pb.DiffResponse>((done) => this.client.diff(request, done));
    return { changed: answer.getDiffsList(), replaced: answer.getReplacesList() };
  }
}

function call<Response>(
  start: (done: (error: grpc.ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}
