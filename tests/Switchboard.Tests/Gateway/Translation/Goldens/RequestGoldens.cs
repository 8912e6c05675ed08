using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Translation;
using Switchboard.Gateway.Translation.Chat.Requests;
using Switchboard.Testing.Places;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Translation.Goldens;

/// <summary>
/// Chat requests and what they are in another dialect, hand-checked: a file a translation, a list of cases. A case has a
/// <c>chat</c> request (without model and stream), what is <c>sent</c>, the members that are <c>dropped</c>, or the
/// parameter for which it is <c>refused</c>; it may name a <c>model</c>.
/// </summary>
internal static class RequestGoldens
{
    private static readonly string s_folder = RepositoryRoot.Combine("tests", "Switchboard.Tests", "Gateway", "Translation", "Goldens");

    /// <summary>The names of the cases in a file.</summary>
    public static TheoryData<string> Cases(string file) => [.. Read(file).Select(entry => (string)entry["case"]!)];

    /// <summary>Checks one case.</summary>
    public static void Check(string file, string name, ChatDialect dialect, string usualModel)
    {
        var golden = Read(file).Single(entry => (string)entry["case"]! == name);
        var model = (string?)golden["model"] ?? usualModel;
        var chat = golden["chat"]!.DeepClone().AsObject();
        chat["model"] = "asked";
        var isStream = (bool?)golden["stream"] ?? false;
        if (isStream)
        {
            chat["stream"] = true;
        }

        var call = Calls.Of(Switchboard.Gateway.Pipeline.ApiOperation.ChatCompletions, chat.ToJsonString());
        var settings = new ProviderSettings { Type = "x", Unsupported = (bool?)golden["refuses"] ?? false ? UnsupportedHandling.Refuse : UnsupportedHandling.Drop };
        var notes = new RequestNotes(call, "up", settings);
        var body = new ArrayBufferWriter<byte>();
        using var view = ChatRequestView.Read(call.EditedBody, out var error);
        Assert.True(error is null, error?.Body.Message);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            dialect.WriteRequest(json, view!, model, isStream, notes);
        }

        if ((string?)golden["refused"] is { } refused)
        {
            Assert.Equal(refused, notes.Fault?.Body.Param);
            return;
        }

        Assert.True(notes.Fault is null, notes.Fault?.Body.Message);
        var sent = JsonNode.Parse(body.WrittenSpan)!;
        Assert.True(JsonNode.DeepEquals(golden["sent"], sent), $"{name}: sent {sent.ToJsonString()}");
        Assert.Equal((golden["dropped"] as JsonArray ?? []).Select(member => (string)member!), call.Dropped);
    }

    /// <summary>A chat request in another dialect; nothing of it may be left out.</summary>
    public static JsonObject Write(JsonObject chat, ChatDialect dialect, string model)
    {
        var call = Calls.Of(Switchboard.Gateway.Pipeline.ApiOperation.ChatCompletions, chat.ToJsonString());
        var notes = new RequestNotes(call, "up", new ProviderSettings { Type = "x" });
        var body = new ArrayBufferWriter<byte>();
        using var view = ChatRequestView.Read(call.EditedBody, out var error);
        Assert.True(error is null, error?.Body.Message);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            dialect.WriteRequest(json, view!, model, call.Facts.Stream, notes);
        }

        Assert.True(notes.Fault is null, notes.Fault?.Body.Message);
        Assert.Empty(call.Dropped);
        return JsonNode.Parse(body.WrittenSpan)!.AsObject();
    }

    /// <summary>The cases in a file.</summary>
    public static IEnumerable<JsonObject> Read(string file) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(s_folder, file), Encoding.UTF8), documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip })!.AsArray().Select(entry => entry!.AsObject());
}
