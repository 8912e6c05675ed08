namespace Switchboard.Gateway.Translation.Chat;

/// <summary>What an answer is called where its provider does not say.</summary>
/// <param name="Model">The model that was asked for.</param>
/// <param name="Time">The clock.</param>
internal sealed record ChatStamp(string Model, TimeProvider Time)
{
    /// <summary>An id for a completion.</summary>
    public string NewId() => $"chatcmpl-{Guid.CreateVersion7(Time.GetUtcNow()):N}";

    /// <summary>An id for a tool call.</summary>
    public string NewToolId() => $"call_{Guid.CreateVersion7(Time.GetUtcNow()):N}";

    /// <summary>An id for the sound of an answer.</summary>
    public string NewAudioId() => $"audio_{Guid.CreateVersion7(Time.GetUtcNow()):N}";

    /// <summary>True for an id that <see cref="NewToolId"/> made: no provider knows it.</summary>
    public static bool IsOwnToolId(string id) => id.StartsWith("call_", StringComparison.Ordinal) && Guid.TryParseExact(id.AsSpan(5), "N", out _);

    /// <summary>Now, in seconds.</summary>
    public long Created => Time.GetUtcNow().ToUnixTimeSeconds();
}
