namespace Switchboard.Gateway.State;

/// <summary>
/// Keeps responses and conversations between calls. What is kept is never changed but by this: a response is put once,
/// a conversation grows. Safe to use from all calls at once.
/// </summary>
/// <remarks>An entry may be gone at any time, where the store has bounds; who asks for it is then told that it is not there.</remarks>
public interface IResponseStore
{
    /// <summary>A response; null where there is none of that id.</summary>
    ValueTask<StoredResponse?> FindResponseAsync(string id, CancellationToken cancellationToken);

    /// <summary>Keeps a response.</summary>
    ValueTask PutResponseAsync(StoredResponse response, CancellationToken cancellationToken);

    /// <summary>Forgets a response; false where there was none.</summary>
    ValueTask<bool> DeleteResponseAsync(string id, CancellationToken cancellationToken);

    /// <summary>A conversation; null where there is none of that id.</summary>
    ValueTask<StoredConversation?> FindConversationAsync(string id, CancellationToken cancellationToken);

    /// <summary>Keeps a conversation that is new.</summary>
    ValueTask PutConversationAsync(StoredConversation conversation, CancellationToken cancellationToken);

    /// <summary>Changes a conversation, one change after the other.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="change">What becomes of it; may be asked again where another change came between.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What it is now; null where there is none of that id.</returns>
    ValueTask<StoredConversation?> ChangeConversationAsync(string id, Func<StoredConversation, StoredConversation> change, CancellationToken cancellationToken);

    /// <summary>Forgets a conversation; false where there was none.</summary>
    ValueTask<bool> DeleteConversationAsync(string id, CancellationToken cancellationToken);
}
