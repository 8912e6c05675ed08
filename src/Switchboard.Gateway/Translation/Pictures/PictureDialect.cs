using System.Text.Json;

namespace Switchboard.Gateway.Translation.Pictures;

/// <summary>How a provider that does not speak the OpenAI API is asked for pictures, by words or of other pictures, and what it answers.</summary>
internal abstract class PictureDialect
{
    /// <summary>Where a request goes, below the provider's base URL.</summary>
    public abstract string PathOf(string model);

    /// <summary>How many requests, all the same, make the pictures that are asked for.</summary>
    public virtual int RequestsOf(PictureRequest request) => 1;

    /// <summary>Writes the body of the request. With a fault among the notes nothing is sent.</summary>
    public abstract void WriteRequest(Utf8JsonWriter json, PictureRequest request, RequestNotes notes);

    /// <summary>The pictures of an answer, JSON strings of base64.</summary>
    public abstract IEnumerable<JsonElement> PicturesOf(JsonElement answer);

    /// <summary>Why there is no picture, in the provider's words; null where it has none.</summary>
    public abstract string? ReasonOf(JsonElement answer);

    /// <summary>The tokens of an answer; null where it tells none.</summary>
    public virtual PictureUsage? UsageOf(JsonElement answer) => null;
}
