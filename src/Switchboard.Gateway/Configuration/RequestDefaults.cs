namespace Switchboard.Gateway.Configuration;

/// <summary>What stands for members that a request for text leaves out or has as null (<c>defaults</c>).</summary>
public sealed record RequestDefaults
{
    /// <summary>The model of requests that name none (<c>model</c>); of the server's defaults alone.</summary>
    public string? Model { get; init; }

    /// <summary>0 to 2 (<c>temperature</c>).</summary>
    public double? Temperature { get; init; }

    /// <summary>The most tokens of an answer (<c>max_completion_tokens</c>), 1 to 1,048,576, by the name that the operation has for it.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>These, and where they are silent the others.</summary>
    public RequestDefaults Over(RequestDefaults? others) => others is null ? this : this with
    {
        Model = Model ?? others.Model,
        Temperature = Temperature ?? others.Temperature,
        MaxCompletionTokens = MaxCompletionTokens ?? others.MaxCompletionTokens,
    };
}
