//! A name server that knows what it was told, and says of everything else that it is not there.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use hickory_resolver::proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{CNAME, MX, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

type Zone = Arc<Mutex<BTreeMap<(String, RecordType), Vec<RData>>>>;

/// A name server.
#[derive(Debug)]
pub struct Names {
    address: SocketAddr,
    zone: Zone,
    serving: JoinHandle<()>,
}

impl Names {
    /// One that knows nothing yet.
    ///
    /// # Panics
    /// When this machine has no port.
    pub async fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = socket.local_addr().expect("an address");
        let zone = Zone::default();
        let serving = tokio::spawn(serve(socket, Arc::clone(&zone)));
        Self { address, zone, serving }
    }

    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes a text in, cut in two as long ones are.
    pub fn txt(&self, name: &str, text: &str) {
        let (one, two) = text.split_at(text.len() / 2);
        self.add(name, RecordType::TXT, RData::TXT(TXT::new(vec![one.to_owned(), two.to_owned()])));
    }

    /// Takes in who takes mail.
    pub fn mx(&self, name: &str, host: &str) {
        self.add(name, RecordType::MX, RData::MX(MX::new(10, parsed(host))));
    }

    /// Takes in a host.
    pub fn host(&self, name: &str) {
        self.add(name, RecordType::A, RData::A(Ipv4Addr::LOCALHOST.into()));
    }

    /// Takes in what a name stands for.
    pub fn cname(&self, name: &str, host: &str) {
        self.add(name, RecordType::CNAME, RData::CNAME(CNAME(parsed(host))));
    }

    fn add(&self, name: &str, kind: RecordType, data: RData) {
        let mut zone = self.zone.lock().unwrap_or_else(PoisonError::into_inner);
        zone.entry((parsed(name).to_string(), kind)).or_default().push(data);
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn parsed(name: &str) -> Name {
    Name::from_ascii(format!("{}.", name.to_lowercase())).expect("a name")
}

async fn serve(socket: UdpSocket, zone: Zone) {
    let mut buffer = [0_u8; 4096];
    loop {
        let Ok((length, from)) = socket.recv_from(&mut buffer).await else { continue };
        let Some(answer) = answered(&buffer[..length], &zone) else { continue };
        socket.send_to(&answer, from).await.expect("who asks still listens");
    }
}

fn answered(asked: &[u8], zone: &Zone) -> Option<Vec<u8>> {
    let asked = Message::from_vec(asked).ok()?;
    let query = asked.queries.first()?;
    let mut answer = Message::new(asked.metadata.id, MessageType::Response, OpCode::Query);
    answer.add_query(query.clone());
    let zone = zone.lock().unwrap_or_else(PoisonError::into_inner);
    let name = query.name().to_lowercase();
    match zone.get(&(name.to_string(), query.query_type())) {
        Some(found) => {
            let record = |data: &RData| Record::from_rdata(query.name().clone(), 60, data.clone());
            answer.add_answers(found.iter().map(record));
        }
        None => answer.metadata.response_code = ResponseCode::NXDomain,
    }
    answer.to_vec().ok()
}
