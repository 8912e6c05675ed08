namespace Switchboard.Gateway.Batches;

/// <summary>A batch as it is kept.</summary>
public sealed record Batch
{
    /// <summary>Its id, <c>batch_sb</c> and 32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is: <see cref="Access.Caller.Tenant"/>, empty for nobody in particular.</summary>
    public required string Tenant { get; init; }

    /// <summary>The id of the key that its lines are asked with; null where none was asked for.</summary>
    public string? Key { get; init; }

    /// <summary>Where it was made from, which counts as where its lines come from; null where that is not known.</summary>
    public string? Address { get; init; }

    /// <summary>Which endpoint its lines are for, one of <see cref="BatchEndpoints"/>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The file with its lines.</summary>
    public required string InputFileId { get; init; }

    /// <summary>What its owner noted about it, a JSON object; null for nothing.</summary>
    public string? Metadata { get; init; }

    /// <summary>How long its files are kept; null for as long as usual.</summary>
    public TimeSpan? OutputKept { get; init; }

    /// <summary>How far it is.</summary>
    public BatchState State { get; init; }

    /// <summary>How it ends, once that is known and its files are made.</summary>
    public BatchState? Outcome { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its time runs out.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When its lines began to be answered.</summary>
    public DateTimeOffset? InProgressAt { get; init; }

    /// <summary>When its files began to be made.</summary>
    public DateTimeOffset? FinalizingAt { get; init; }

    /// <summary>When it was over.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>When its owner asked for its end.</summary>
    public DateTimeOffset? CancellingAt { get; init; }

    /// <summary>How many lines it has; 0 until they were looked at.</summary>
    public int Total { get; init; }

    /// <summary>How many were answered.</summary>
    public int Completed { get; init; }

    /// <summary>How many failed.</summary>
    public int Failed { get; init; }

    /// <summary>What is wrong with it, a JSON array; null for nothing.</summary>
    public string? Errors { get; init; }

    /// <summary>The file with the answers, from when it is being made.</summary>
    public string? OutputFileId { get; init; }

    /// <summary>The file with the lines that failed, from when it is being made.</summary>
    public string? ErrorFileId { get; init; }

    /// <summary>From when on a gateway may take it up: the end of the lease of the one that has it. Null where there is nothing left to do.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>How often it was taken up. Who took it up last has it; nobody else can change it.</summary>
    public long Epoch { get; init; }

    /// <summary>The epoch whose journal holds the lines that are done; 0 for none.</summary>
    public long Journal { get; init; }

    /// <summary>How often its end was told in vain.</summary>
    public int Notices { get; init; }

    /// <summary>Nothing will change any more.</summary>
    public bool IsOver => State >= BatchState.Completed;

    /// <summary>Its state as OpenAI's API calls it.</summary>
    public string Status => !IsOver && CancellingAt is not null ? "cancelling" : StatusOf(State);

    private static string StatusOf(BatchState state) => state switch
    {
        BatchState.Validating => "validating",
        BatchState.InProgress => "in_progress",
        BatchState.Finalizing => "finalizing",
        BatchState.Completed => "completed",
        BatchState.Failed => "failed",
        BatchState.Expired => "expired",
        _ => "cancelled",
    };
}
