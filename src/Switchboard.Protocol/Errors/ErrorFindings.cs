namespace Switchboard.Protocol.Errors;

/// <summary>What was found of an error so far.</summary>
internal sealed class ErrorFindings
{
    public string? Message { get; set; }

    public string? Type { get; set; }

    public string? Code { get; set; }

    public string? Param { get; set; }

    public Dictionary<string, ReadOnlyMemory<byte>>? Extra { get; set; }

    /// <summary>Takes from the other what is missing here.</summary>
    public void Fill(ErrorFindings? other)
    {
        Message ??= other?.Message;
        Type ??= other?.Type;
        Code ??= other?.Code;
        Param ??= other?.Param;
    }

    /// <summary>Takes the other's extra members, save those that are here.</summary>
    public void FillExtra(ErrorFindings? other)
    {
        if (Extra is null)
        {
            Extra = other?.Extra;
            return;
        }

        foreach (var (name, value) in other?.Extra ?? [])
        {
            Extra.TryAdd(name, value);
        }
    }
}
