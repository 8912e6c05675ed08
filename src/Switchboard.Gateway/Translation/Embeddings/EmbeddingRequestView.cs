using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;

namespace Switchboard.Gateway.Translation.Embeddings;

/// <summary>A request for embeddings as translations look at it. Values stay where they are in the body.</summary>
internal sealed class EmbeddingRequestView : IDisposable
{
    private readonly JsonDocument _document;

    private EmbeddingRequestView(JsonDocument document, IReadOnlyList<JsonElement> texts)
    {
        _document = document;
        Texts = texts;
    }

    /// <summary>The whole request.</summary>
    public JsonElement Root => _document.RootElement;

    /// <summary>The texts, JSON strings.</summary>
    public IReadOnlyList<JsonElement> Texts { get; }

    /// <summary>Vectors are written as base64 of little-endian floats.</summary>
    public bool AsBase64 => Root.Text("encoding_format"u8) == "base64";

    /// <summary>How many numbers a vector shall have; null for the model's own.</summary>
    public int? Dimensions => Root.Integer("dimensions"u8);

    /// <summary>Reads a request.</summary>
    /// <param name="body">Its JSON; it is not to change while the view is used.</param>
    /// <param name="error">Why it cannot be translated.</param>
    /// <returns>Null when there is an error.</returns>
    public static EmbeddingRequestView? Read(ReadOnlyMemory<byte> body, out GatewayError? error)
    {
        var document = JsonDocument.Parse(body, RequestReader.DocumentOptions);
        IReadOnlyList<JsonElement> texts = document.RootElement.Find("input"u8) switch
        {
            { ValueKind: JsonValueKind.String } text => [text],
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
            _ => [],
        };
        if (texts.Count == 0)
        {
            document.Dispose();
            error = GatewayError.InvalidRequest("'input' must be a text or an array of at least one text.", "input", "invalid_value");
            return null;
        }

        if (texts.All(text => text.ValueKind == JsonValueKind.String))
        {
            error = null;
            return new EmbeddingRequestView(document, texts);
        }

        document.Dispose();
        error = GatewayError.InvalidRequest("The provider of this model takes texts, not token ids.", "input", "unsupported_value");
        return null;
    }

    /// <summary>Notes the members that the dialect has no place for.</summary>
    /// <param name="notes">What becomes of them.</param>
    /// <param name="isKnown">Whether a member, beyond those of every request, has a place.</param>
    public void NoteOthers(RequestNotes notes, Func<string, bool> isKnown)
    {
        foreach (var member in Root.EnumerateObject())
        {
            if (member.Name is not ("model" or "input" or "encoding_format" or "dimensions") && !RequestNotes.IsNeutral(member) && !isKnown(member.Name))
            {
                notes.Lacks(member.Name);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _document.Dispose();
}
