using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Switchboard.Gateway.Translation.Chat.Requests;

namespace Switchboard.Gateway.Translation.Cohere;

/// <summary>What an answer may be grounded on and cites: the caller's own <c>documents</c>, and files of text in the messages.</summary>
internal static class CohereDocuments
{
    /// <summary>True for a file that is text and stands in the request itself.</summary>
    public static bool IsDocument(in ChatPart part) => TryRead(part, out _);

    /// <summary>Writes <c>documents</c>, where there are any.</summary>
    public static void Write(Utf8JsonWriter json, ChatRequestView chat)
    {
        var own = chat.Root.Find("documents"u8) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray().ToArray() : [];
        var files = chat.Turns.SelectMany(turn => turn.Parts).Where(part => IsDocument(part)).ToArray();
        if (own.Length + files.Length == 0)
        {
            return;
        }

        json.WriteStartArray("documents"u8);
        foreach (var document in own)
        {
            json.WriteRaw(document);
        }

        for (var i = 0; i < files.Length; i++)
        {
            WriteFile(json, files[i], i);
        }

        json.WriteEndArray();
    }

    private static void WriteFile(Utf8JsonWriter json, in ChatPart file, int index)
    {
        TryRead(file, out var data);
        json.WriteStartObject();
        json.WriteString("id"u8, string.Create(CultureInfo.InvariantCulture, $"file:{index}"));
        json.WriteStartObject("data"u8);
        if (file.Element.Find("file"u8)?.Find("filename"u8) is { } name)
        {
            json.WriteRaw("title"u8, name);
        }

        var text = new byte[Base64.GetMaxDecodedFromUtf8Length(data.Base64.Length)];
        _ = Base64.DecodeFromUtf8(data.Base64, text, out _, out var length);
        json.WriteString("text"u8, text.AsSpan(0, length));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static bool TryRead(in ChatPart part, out DataUrl data)
    {
        data = default;
        return part.Kind == ChatPartKind.File
            && part.Element.Find("file"u8)?.Find("file_data"u8) is { ValueKind: JsonValueKind.String } url
            && DataUrl.TryRead(url.Utf8(), out data)
            && (data.MediaType.StartsWith("text/", StringComparison.Ordinal) || data.MediaType is "application/json" or "application/xml")
            && Base64.IsValid(data.Base64);
    }
}
