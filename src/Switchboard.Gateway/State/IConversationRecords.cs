using Switchboard.Gateway.Conversations;

namespace Switchboard.Gateway.State;

/// <summary>Where conversations are kept. Each belongs to a tenant, and whoever asks for another's is told that there is none.</summary>
public interface IConversationRecords
{
    /// <summary>Keeps a new conversation, with a first turn where it has one; false where the tenant has one of that id.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="turn">What is in it from the beginning; null for nothing.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecordsException">It cannot be kept.</exception>
    Task<bool> CreateAsync(Conversation conversation, ConversationTurn? turn, CancellationToken cancellationToken);

    /// <summary>Adds a turn; false where there is no such conversation, or it has another number of turns.</summary>
    /// <exception cref="RecordsException">It cannot be kept.</exception>
    Task<bool> AddAsync(ConversationTurn turn, CancellationToken cancellationToken);

    /// <summary>A conversation with its last turns; null where there is none.</summary>
    /// <param name="tenant">Whom it belongs to.</param>
    /// <param name="id">Its id.</param>
    /// <param name="turns">The most turns; 0 for the conversation alone, <see cref="int.MaxValue"/> for all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="RecordsException">It cannot be read.</exception>
    Task<ConversationHistory?> ReadAsync(string tenant, string id, int turns, CancellationToken cancellationToken);

    /// <summary>One item; null where it is not there.</summary>
    /// <exception cref="RecordsException">It cannot be read.</exception>
    Task<ConversationItem?> FindItemAsync(string tenant, string id, string item, CancellationToken cancellationToken);

    /// <summary>A page of the tenant's conversations in the order of making; null where the one after which it shall begin is not there.</summary>
    /// <exception cref="RecordsException">They cannot be read.</exception>
    Task<RecordsPage<Conversation>?> ListAsync(string tenant, RecordsQuery query, CancellationToken cancellationToken);

    /// <summary>A page of what was said; null where the conversation, or the item after which it shall begin, is not there.</summary>
    /// <exception cref="RecordsException">They cannot be read.</exception>
    Task<RecordsPage<ConversationItem>?> ListItemsAsync(string tenant, string id, RecordsQuery query, CancellationToken cancellationToken);

    /// <summary>Changes title, model, system prompt and metadata of a conversation.</summary>
    /// <param name="tenant">Whom it belongs to.</param>
    /// <param name="id">Its id.</param>
    /// <param name="change">What becomes of it. Everything else stays out of its hands; it may be asked more than once.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>It as it is now; null where there is none.</returns>
    /// <exception cref="RecordsException">It cannot be changed.</exception>
    Task<Conversation?> ChangeAsync(string tenant, string id, Func<Conversation, Conversation> change, CancellationToken cancellationToken);

    /// <summary>Deletes a conversation and all that was said in it; false where there was none.</summary>
    /// <exception cref="RecordsException">It cannot be deleted.</exception>
    Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken);

    /// <summary>Deletes one item; false where it is not there.</summary>
    /// <exception cref="RecordsException">It cannot be deleted.</exception>
    Task<bool> DeleteItemAsync(string tenant, string id, string item, CancellationToken cancellationToken);

    /// <summary>Deletes the conversations, of all tenants, that were not used since a time, and of the others those used longest ago until so many are left.</summary>
    /// <param name="before">The time; null for none.</param>
    /// <param name="most">How many may be left.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>How many went.</returns>
    /// <exception cref="RecordsException">They cannot be deleted.</exception>
    Task<int> ExpireAsync(DateTimeOffset? before, long most, CancellationToken cancellationToken);
}
