import * as grpc from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Failure } from "./checkInputs.js";
import type { PropertyChange } from "./diff.js";
import type { StandIn } from "./provider.js";
import { unwrap, type Values } from "./values.js";

const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** Serves the provider to the engine. Resolves with the port. */
export async function serve(standIn: StandIn, version: string, schema: object): Promise<number> {
  const server = new grpc.Server(UNLIMITED);
  server.addService(ResourceProviderService, {
    ...configurationCalls(standIn, version, schema),
    ...planningCalls(standIn),
    ...doingCalls(standIn),
  });
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else reject(error);
    });
  });
}

function configurationCalls(standIn: StandIn, version: string, schema: object): grpc.UntypedServiceImplementation {
  return {
    getSchema: unary(() => new pb.GetSchemaResponse().setSchema(JSON.stringify(schema))),
    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),
    attach: unary(() => new Empty()),
    cancel: unary(() => new Empty()),
    checkConfig: unary((request: pb.CheckRequest) => {
      const news = plain(request.getNews());
      return new pb.CheckResponse()
        .setInputs(Struct.fromJavaScript(news as never))
        .setFailuresList(failed(standIn.checkConfig(news)));
    }),
    diffConfig: unary((request: pb.DiffRequest) => {
      const olds = plain(request.getOlds());
      const news = plain(request.getNews());
      const differs = (name: string): boolean => JSON.stringify(olds[name]) !== JSON.stringify(news[name]);
      const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
        (name) => name !== "version" && differs(name),
      );
      return new pb.DiffResponse()
        .setChanges(changed.length > 0 ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE)
        .setDiffsList(changed)
        .setReplacesList(changed.filter((name) => name === "region"));
    }),
    configure: unary((request: pb.ConfigureRequest) => {
      standIn.configure(plain(request.getArgs()));
      return new pb.ConfigureResponse().setAcceptsecrets(false).setAcceptresources(false).setSupportspreview(true);
    }),
    invoke: unary(async (request: pb.InvokeRequest) => {
      const { value, failures } = await standIn.invoke(request.getTok(), plain(request.getArgs()));
      return new pb.InvokeResponse().setReturn(struct(value)).setFailuresList(failed(failures));
    }),
  };
}

function planningCalls(standIn: StandIn): grpc.UntypedServiceImplementation {
  return {
    check: unary((request: pb.CheckRequest) => {
      const proposed = request.getAutonaming()?.getProposedName();
      const { inputs, failures } = standIn.check(
        tokenOf(request.getUrn()),
        plain(request.getOlds()),
        plain(request.getNews()),
        {
          resourceName: request.getUrn().split("::")[3] ?? "",
          randomSeed: request.getRandomseed_asU8(),
          ...(proposed === undefined ? {} : { proposed }),
        },
      );
      return new pb.CheckResponse().setInputs(struct(inputs)).setFailuresList(failed(failures));
    }),
    diff: unary((request: pb.DiffRequest) => {
      const before = plain(request.getOldInputs());
      const found = standIn.diff(tokenOf(request.getUrn()), before, plain(request.getOlds()), plain(request.getNews()));
      const response = new pb.DiffResponse()
        .setChanges(
          found.changes.length > 0 ? pb.DiffResponse.DiffChanges.DIFF_SOME : pb.DiffResponse.DiffChanges.DIFF_NONE,
        )
        .setDiffsList([...found.changed])
        .setReplacesList([...found.replaced])
        .setDeletebeforereplace(found.deleteBeforeReplace)
        .setHasdetaileddiff(true);
      for (const change of found.changes) {
        const replacing = found.replaced.includes(change.path.split(/[.[]/)[0] ?? "");
        response.getDetaileddiffMap().set(change.path, new pb.PropertyDiff().setKind(diffKind(change, replacing)));
      }
      return response;
    }),
  };
}

function doingCalls(standIn: StandIn): grpc.UntypedServiceImplementation {
  return {
    create: unary(async (request: pb.CreateRequest) => {
      const made = await standIn.create(
        tokenOf(request.getUrn()),
        plain(request.getProperties()),
        request.getPreview(),
      );
      return new pb.CreateResponse().setId(made.id).setProperties(struct(made.state));
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const deployed = {
        token: tokenOf(request.getUrn()),
        id: request.getId(),
        before: plain(request.getOldInputs()),
        state: plain(request.getOlds()),
      };
      const updated = await standIn.update(deployed, plain(request.getNews()), request.getPreview());
      return new pb.UpdateResponse().setProperties(struct(updated));
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const before = plain(request.getInputs());
      const found = await standIn.read(
        tokenOf(request.getUrn()),
        request.getId(),
        plain(request.getProperties()),
        before,
      );
      if (found === undefined) return new pb.ReadResponse();
      return new pb.ReadResponse()
        .setId(request.getId())
        .setProperties(struct(found.state))
        .setInputs(struct(found.inputs));
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      await standIn.delete(tokenOf(request.getUrn()), request.getId(), plain(request.getProperties()));
      return new Empty();
    }),
  };
}

function unary<Request, Response>(
  work: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    void (async () => work(call.request))().then(
      (response) => callback(null, response),
      (error: unknown) =>
        callback({ code: grpc.status.UNKNOWN, message: error instanceof Error ? error.message : String(error) }),
    );
  };
}

function plain(value: Struct | undefined): Values {
  return value === undefined ? {} : (unwrap(value.toJavaScript()) as Values);
}

function struct(values: Values): Struct {
  return Struct.fromJavaScript(unwrap(values) as never);
}

function failed(failures: readonly Failure[]): pb.CheckFailure[] {
  return failures.map(({ property, reason }) => new pb.CheckFailure().setProperty(property).setReason(reason));
}

function diffKind({ kind }: PropertyChange, replacing: boolean): pb.PropertyDiff.Kind {
  const kinds = pb.PropertyDiff.Kind;
  if (kind === "add") return replacing ? kinds.ADD_REPLACE : kinds.ADD;
  if (kind === "delete") return replacing ? kinds.DELETE_REPLACE : kinds.DELETE;
  return replacing ? kinds.UPDATE_REPLACE : kinds.UPDATE;
}

/** `urn:pulumi:stack::project::parent$type::name` */
function tokenOf(urn: string): string {
  return (urn.split("::")[2] ?? "").split("$").pop() ?? "";
}
