using Switchboard.Protocol.Administration;
using Switchboard.Protocol.Assistants;
using Switchboard.Protocol.Audio;
using Switchboard.Protocol.Batches;
using Switchboard.Protocol.BetaResponses;
using Switchboard.Protocol.Chat;
using Switchboard.Protocol.ChatKit;
using Switchboard.Protocol.Completions;
using Switchboard.Protocol.Containers;
using Switchboard.Protocol.Conversations;
using Switchboard.Protocol.Embeddings;
using Switchboard.Protocol.Evals;
using Switchboard.Protocol.Files;
using Switchboard.Protocol.FineTuning;
using Switchboard.Protocol.Graders;
using Switchboard.Protocol.Images;
using Switchboard.Protocol.Models;
using Switchboard.Protocol.Moderations;
using Switchboard.Protocol.Provenance;
using Switchboard.Protocol.Realtime;
using Switchboard.Protocol.Responses;
using Switchboard.Protocol.Skills;
using Switchboard.Protocol.Uploads;
using Switchboard.Protocol.VectorStores;
using Switchboard.Protocol.Videos;
using Switchboard.Protocol.Webhooks;
using Switchboard.Trimmed;

// One row a group. The member lies behind a list, a variant or a union, so that it is found only where all of them were kept.
IReadOnlyList<GroupCheck> checks =
[
    GroupCheck.Of<ChatCompletion>("Chat", FunctionName, "MyPlugin-GetCurrentWeather"),
    GroupCheck.Of<Completion>("Completions", answer => $"{answer.Choices[0].FinishReason}", "length"),
    GroupCheck.Of<EmbeddingResponse>("Embeddings", answer => $"{answer.Data[1].Vector.Values.Length}", "5"),
    GroupCheck.Of<Response>("Responses", answer => ((FunctionToolCall)answer.Output[0]).Name, "get_weather_at_location"),
    GroupCheck.Of<ConversationItemList>("Conversations", list => ((ConversationMessage)list.Data[1]).Role.Value, "user"),
    GroupCheck.Of<BetaResponse>("BetaResponses", answer => ((BetaAgentMessage)answer.Output[0]).Agent!.AgentName, "planner"),
    GroupCheck.Of<ModerationResponse>("Moderations", answer => answer.Results[0].CategoryAppliedInputTypes.SelfHarm[0].Value, "image"),
    GroupCheck.Of<ModelInfo>("Models", model => model.OwnedBy, "system"),
    GroupCheck.Of<ImagesResponse>("Images", answer => $"{answer.Size}", "1024x1536"),
    GroupCheck.Of<TranscriptionResult>("Audio", answer => ((VerboseTranscription)answer).Words![5].Word, "test"),
    GroupCheck.Of<OpenAIFile>("Files", file => file.Status.Value, "processed"),
    GroupCheck.Of<Upload>("Uploads", upload => upload.File!.Id, "file-RRx32Mws4VZG3ZUnsU6Dvf"),
    GroupCheck.Of<Batch>("Batches", batch => batch.Metadata!["testMetadataKey"], "test metadata value"),
    GroupCheck.Of<ThreadRun>("Assistants", run => run.RequiredAction!.SubmitToolOutputs.ToolCalls[0].Id, "call_b9LqseCoPpctoIx71RVNZ1nB"),
    GroupCheck.Of<VectorStoreFileList>("VectorStores", list => ((AppliedStaticChunkingStrategy)list.Data[0].ChunkingStrategy!).Type, "static"),
    GroupCheck.Of<FineTuningJob>("FineTuning", job => job.Integrations![0].Wandb.Tags![0], "first"),
    GroupCheck.Of<RunGraderRequest>("Graders", request => ((GraderScoreModel)request.Grader).Input[0].Role.Value, "user"),
    GroupCheck.Of<EvalRun>("Evals", run => $"{((EvalJsonlFileContentSource)((CreateEvalJsonlRunDataSource)run.DataSource).Source).Content.Count}", "1"),
    GroupCheck.Of<CodeContainer>("Containers", container => container.NetworkPolicy!.AllowedDomains![0], "example.org"),
    GroupCheck.Of<Skill>("Skills", skill => skill.Name, "test-capture-skill"),
    GroupCheck.Of<Video>("Videos", video => video.Error!.Code, "generation_failed"),
    GroupCheck.Of<RealtimeCreateClientSecretResponse>("Realtime", secret => ((RealtimeSession)secret.Session).Audio!.Output!.Voice!, "alloy"),
    GroupCheck.Of<ChatKitItemList>("ChatKit", list => ((ChatKitClientToolCall)list.Data[1]).Output!, "18:04"),
    GroupCheck.Of<Provenance>("Provenance", check => ((C2PaProvenanceResult)check.Results[0]).ValidationState.Value, "trusted"),
    GroupCheck.Of<UsageResponse>("Administration", page => $"{((UsageCompletionsResult)page.Data[0].Results[0]).NumModelRequests}", "9"),
    GroupCheck.Of<ResponseCompletedWebhookEvent>("Webhooks", payload => payload.Data.Id, "resp_123"),
    GroupCheck.OfSerializer("Chat", envelope => envelope.Answer, FunctionName, "MyPlugin-GetCurrentWeather"),
];

var faults = 0;
foreach (var check in checks)
{
    var fault = check.FindFault();
    Console.WriteLine($"{check.Name} {fault ?? "ok"}");
    faults += fault is null ? 0 : 1;
}

foreach (var (name, fault) in await ClientCheck.RunAsync())
{
    Console.WriteLine($"{name} {fault ?? "ok"}");
    faults += fault is null ? 0 : 1;
}

return faults == 0 ? 0 : 1;

static string FunctionName(ChatCompletion answer) => ((ChatFunctionToolCall)answer.Choices[0].Message.ToolCalls![0]).Function.Name;
